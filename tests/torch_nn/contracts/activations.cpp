#include <torch/torch.h>

#include "gradgrind/gradgrind.h"
#include "tests/torch_nn/contracts/contracts.h"

namespace gg = gradgrind;
namespace nn = torch::nn;
namespace by = gradgrind::references;

namespace torch_nn {
namespace {

/// A map of each element by itself, into `range`.
template <class Factory>
gg::Contract elementwise(const std::string& name, Factory factory, const gg::ValuePolicy& range) {
  return gg::module(name, factory)
      .dim("B", 1, 8)
      .variadic("S", 0, 3)
      .input("x", gg::floats("B *S"))
      .output("y", gg::floats("B *S", range))
      .batch("B");
}

template <class Module>
gg::Contract elementwise(const std::string& name) {
  return elementwise(
      name, [](const gg::Draw&) { return Module(); }, gg::ordinary());
}

template <class Module>
gg::Contract elementwise(const std::string& name, double lowest, double highest) {
  return elementwise(
      name, [](const gg::Draw&) { return Module(); }, gg::between(lowest, highest));
}

template <class Module>
gg::Contract over_last_dim(const std::string& name, const gg::Domain& output) {
  return gg::module(name, [](const gg::Draw&) { return Module(-1); })
      .dim("B", 1, 6)
      .variadic("S", 0, 2)
      .dim("D", 1, 9)
      .input("x", gg::floats("B *S D"))
      .output("y", output)
      .batch("B");
}

gg::Contract prelu(const std::string& name, const std::string& slopes) {
  return gg::module(
             name,
             [slopes](const gg::Draw& draw) {
               return nn::PReLU(nn::PReLUOptions().num_parameters(slopes == "C" ? draw["C"] : 1));
             })
      .dim("B", 1, 6)
      .dim("C", 1, 4)
      .variadic("S", 0, 2)
      .input("x", gg::floats("B C *S"))
      .output("y", gg::floats("B C *S"))
      .batch("B");
}

}  // namespace

std::vector<gg::Contract> activations() {
  const auto any = gg::ordinary();
  return {
      elementwise<nn::ELU>("ELU"),
      elementwise<nn::SELU>("SELU"),
      elementwise<nn::CELU>("CELU"),
      elementwise<nn::GELU>("GELU")
          .except("same_for_every_gradient_layout",
                  "LibTorch reads fresh memory for a permuted gradient")
          .reference(by::gelu()),
      elementwise(
          "GELUTanh",
          [](const gg::Draw&) { return nn::GELU(nn::GELUOptions().approximate("tanh")); }, any),
      elementwise<nn::SiLU>("SiLU"),
      elementwise<nn::Mish>("Mish"),
      elementwise<nn::ReLU>("ReLU"),
      elementwise(
          "ReLUInPlace",
          [](const gg::Draw&) { return nn::ReLU(nn::ReLUOptions(/*inplace=*/true)); }, any)
          .may_write_to_inputs("in place")
          .may_alias("in place"),
      elementwise<nn::ReLU6>("ReLU6", 0, 6),
      elementwise<nn::LeakyReLU>("LeakyReLU"),
      elementwise<nn::RReLU>("RReLU"),
      elementwise<nn::Hardshrink>("Hardshrink"),
      elementwise<nn::Softshrink>("Softshrink")
          .except("nan_never_becomes_a_number", "LibTorch's softshrink gives 0 for NaN"),
      elementwise<nn::Tanhshrink>("Tanhshrink"),
      elementwise<nn::Hardtanh>("Hardtanh", -1, 1),
      elementwise<nn::Tanh>("Tanh", -1, 1),
      elementwise<nn::Sigmoid>("Sigmoid", 0, 1),
      elementwise<nn::LogSigmoid>("LogSigmoid"),
      elementwise<nn::Softplus>("Softplus"),
      elementwise<nn::Softsign>("Softsign", -1, 1),
      elementwise(
          "Threshold", [](const gg::Draw&) { return nn::Threshold(0.5, -2); }, any),
      prelu("PReLU", "1"),
      prelu("PReLUByChannel", "C"),
      over_last_dim<nn::Softmax>("Softmax", gg::simplices("B *S D")).reference(by::softmax()),
      over_last_dim<nn::Softmin>("Softmin", gg::simplices("B *S D")),
      over_last_dim<nn::LogSoftmax>("LogSoftmax", gg::floats("B *S D"))
          .reference(by::log_softmax()),
      gg::module("Softmax2d", [](const gg::Draw&) { return nn::Softmax2d(); })
          .dim("B", 1, 4)
          .dim("C", 1, 5)
          .dim("H", 1, 4)
          .dim("W", 1, 4)
          .input("x", gg::floats("B C H W"))
          .output("y", gg::floats("B C H W", gg::between(0, 1)))
          .batch("B"),
      gg::module("GLU", [](const gg::Draw&) { return nn::GLU(); })
          .dim("B", 1, 6)
          .variadic("S", 0, 2)
          .dim("D", 1, 6)
          .input("x", gg::floats("B *S 2*D"))
          .output("y", gg::floats("B *S D"))
          .batch("B")
          .reference(by::glu()),
  };
}

}  // namespace torch_nn
