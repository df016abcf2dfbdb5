#include <torch/torch.h>

#include "gradgrind/gradgrind.h"
#include "tests/torch_nn/contracts/contracts.h"

namespace gg = gradgrind;
namespace nn = torch::nn;
namespace by = gradgrind::references;

namespace torch_nn {
namespace {

gg::Contract features(const gg::Contract& subject) {
  return subject.dim("B", 1, 8)
      .variadic("S", 0, 2)
      .dim("F", 1, 16)
      .dim("K", 1, 16)
      .input("x", gg::floats("B *S F"))
      .output("y", gg::floats("B *S K"))
      .batch("B");
}

gg::Contract image(const gg::Contract& subject) {
  return subject.dim("B", 1, 6)
      .dim("C", 1, 4)
      .dim("H", 1, 5)
      .dim("W", 1, 5)
      .input("x", gg::floats("B C H W"))
      .batch("B");
}

}  // namespace

std::vector<gg::Contract> linear() {
  return {
      features(gg::module("Linear",
                          [](const gg::Draw& draw) { return nn::Linear(draw["F"], draw["K"]); }))
          .reference([](const nn::LinearImpl& linear, const gg::Inputs& inputs) {
            return by::linear(inputs["x"], linear.weight, linear.bias);
          }),
      features(gg::module("LinearWithoutBias",
                          [](const gg::Draw& draw) {
                            return nn::Linear(nn::LinearOptions(draw["F"], draw["K"]).bias(false));
                          })),
      gg::module("Bilinear",
                 [](const gg::Draw& draw) { return nn::Bilinear(draw["F"], draw["G"], draw["K"]); })
          .dim("B", 1, 8)
          .dim("F", 1, 8)
          .dim("G", 1, 8)
          .dim("K", 1, 8)
          .input("left", gg::floats("B F"))
          .input("right", gg::floats("B G"))
          .output("y", gg::floats("B K"))
          .batch("B")
          .reference([](const nn::BilinearImpl& bilinear, const gg::Inputs& inputs) {
            return by::bilinear(inputs["left"], inputs["right"], bilinear.weight, bilinear.bias);
          }),
      image(gg::module("Identity", [](const gg::Draw&) { return nn::Identity(); }))
          .output("y", gg::floats("B C H W"))
          .may_alias("gives its input back"),
      image(gg::module("Flatten", [](const gg::Draw&) { return nn::Flatten(); }))
          .output("y", gg::floats("B C*H*W"))
          .may_alias("a view where the layout allows one"),
      gg::module("Unflatten",
                 [](const gg::Draw& draw) {
                   return nn::Unflatten(nn::UnflattenOptions(1, {draw["C"], draw["L"]}));
                 })
          .dim("B", 1, 6)
          .dim("C", 1, 4)
          .dim("L", 1, 5)
          .input("x", gg::floats("B C*L"))
          .output("y", gg::floats("B C L"))
          .batch("B")
          .may_alias("a view"),
  };
}

}  // namespace torch_nn
