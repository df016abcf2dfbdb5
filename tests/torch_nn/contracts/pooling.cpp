#include <torch/torch.h>

#include "tests/torch_nn/contracts/contracts.h"
#include "tests/torch_nn/contracts/helpers.h"

namespace gg = gradgrind;
namespace nn = torch::nn;
namespace by = gradgrind::references;

namespace torch_nn {
namespace {

gg::Contract pooled(const gg::Contract& subject, const std::string& space, const std::string& in,
                    const std::string& out, gg::Location location = gg::Location::here()) {
  return with_dims(subject.dim("B", 1, 4).dim("C", 1, 3), space, 1, 4, location)
      .input("x", gg::floats(shape_over("B C", space, in)))
      .output("y", gg::floats(out))
      .batch("B");
}

template <class Module>
gg::Contract halved(const std::string& name, const std::string& space) {
  return pooled(gg::module(name, [](const gg::Draw&) { return Module(2); }), space, "2*#",
                shape_over("B C", space));
}

template <class Module>
gg::Contract lp_pool(const std::string& name, const std::string& space) {
  return pooled(gg::module(name, [](const gg::Draw&) { return Module(2, 2); }), space, "2*#",
                shape_over("B C", space));
}

}  // namespace

std::vector<gg::Contract> pooling() {
  const auto overlapping = [](const gg::Draw&) {
    return nn::MaxPool2d(nn::MaxPool2dOptions(3).stride(1).padding(1));
  };
  const auto fractional = [](const gg::Draw& draw) {
    return nn::FractionalMaxPool2d(nn::FractionalMaxPool2dOptions(2).output_size(
        torch::ExpandingArray<2>({draw["H"], draw["W"]})));
  };
  return {
      halved<nn::MaxPool1d>("MaxPool1d", "L"),
      halved<nn::MaxPool2d>("MaxPool2d", "HW").reference(by::max_pool(2)),
      halved<nn::MaxPool3d>("MaxPool3d", "DHW"),
      halved<nn::AvgPool1d>("AvgPool1d", "L"),
      halved<nn::AvgPool2d>("AvgPool2d", "HW").reference(by::average_pool(2)),
      halved<nn::AvgPool3d>("AvgPool3d", "DHW"),
      pooled(gg::module("MaxPool2dOverlapping", overlapping), "HW", "#", "B C H W"),
      pooled(
          gg::module("AdaptiveAvgPool1d", [](const gg::Draw&) { return nn::AdaptiveAvgPool1d(2); }),
          "L", "#", "B C 2"),
      pooled(gg::module("AdaptiveAvgPool2d",
                        [](const gg::Draw&) {
                          return nn::AdaptiveAvgPool2d(nn::AdaptiveAvgPool2dOptions({2, 3}));
                        }),
             "HW", "#", "B C 2 3"),
      pooled(gg::module("AdaptiveAvgPool3d",
                        [](const gg::Draw&) {
                          return nn::AdaptiveAvgPool3d(nn::AdaptiveAvgPool3dOptions({2, 1, 3}));
                        }),
             "DHW", "#", "B C 2 1 3"),
      pooled(
          gg::module("AdaptiveMaxPool1d", [](const gg::Draw&) { return nn::AdaptiveMaxPool1d(2); }),
          "L", "#", "B C 2"),
      pooled(gg::module("AdaptiveMaxPool2d",
                        [](const gg::Draw&) {
                          return nn::AdaptiveMaxPool2d(nn::AdaptiveMaxPool2dOptions({2, 3}));
                        }),
             "HW", "#", "B C 2 3"),
      pooled(gg::module("AdaptiveMaxPool3d",
                        [](const gg::Draw&) {
                          return nn::AdaptiveMaxPool3d(nn::AdaptiveMaxPool3dOptions({2, 1, 3}));
                        }),
             "DHW", "#", "B C 2 1 3"),
      lp_pool<nn::LPPool1d>("LPPool1d", "L"),
      lp_pool<nn::LPPool2d>("LPPool2d", "HW"),
      // Twice the size leaves nothing to draw: every step is two.
      pooled(gg::module("FractionalMaxPool2d", fractional), "HW", "3*#", "B C H W")
          .stochastic("pools regions that are drawn anew in each forward"),
      // Indices are those of a pooling, as an autoencoder has them.
      pooled(gg::module("MaxUnpool2d", [](const gg::Draw&) { return nn::MaxUnpool2d(2); })
                 .forward([](nn::MaxUnpool2d unpool, const gg::Inputs& inputs) {
                   const auto [values, indices] =
                       nn::MaxPool2d(2)->forward_with_indices(inputs["x"]);
                   return unpool(values, indices);
                 }),
             "HW", "2*#", "B C 2*H 2*W"),
  };
}

}  // namespace torch_nn
