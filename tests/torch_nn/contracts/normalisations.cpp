#include <torch/torch.h>

#include "gradgrind/gradgrind.h"
#include "tests/torch_nn/contracts/contracts.h"

namespace gg = gradgrind;
namespace nn = torch::nn;
namespace by = gradgrind::references;

namespace torch_nn {
namespace {

constexpr char kSlopes[] = "gradients_match_finite_differences";

/// Features of `channels` over the spatial dims `space`, which come back in the same shape.
gg::Contract over_channels(const gg::Contract& subject, const std::string& space) {
  gg::Contract contract = subject.dim("B", 2, 6).dim("C", 1, 4);
  for (const char dim : space) contract = contract.dim(std::string(1, dim), 2, 5);
  std::string shape = "B C";
  for (const char dim : space) shape += std::string(" ") + dim;
  return contract.input("x", gg::floats(shape)).output("y", gg::floats(shape)).batch("B");
}

template <class Module>
gg::Contract of_channels(const std::string& name, const std::string& space) {
  return over_channels(gg::module(name, [](const gg::Draw& draw) { return Module(draw["C"]); }),
                       space);
}

/// Instance normalisation with scale and shift, and with running statistics or without.
template <class Module>
gg::Contract instance_norm(const std::string& name, const std::string& space, bool tracks) {
  return over_channels(
      gg::module(name,
                 [tracks](const gg::Draw& draw) {
                   return Module(
                       nn::InstanceNormOptions(draw["C"]).affine(true).track_running_stats(tracks));
                 }),
      space);
}

}  // namespace

std::vector<gg::Contract> normalisations() {
  return {
      of_channels<nn::BatchNorm1d>("BatchNormOfFeatures", ""),
      of_channels<nn::BatchNorm1d>("BatchNorm1d", "L"),
      of_channels<nn::BatchNorm2d>("BatchNorm2d", "HW")
          .reference([](const nn::BatchNorm2dImpl& norm, const gg::Inputs& inputs) {
            return by::normalised_by(inputs["x"], norm.running_mean, norm.running_var, norm.weight,
                                     norm.bias);
          }),
      of_channels<nn::BatchNorm3d>("BatchNorm3d", "DHW"),
      instance_norm<nn::InstanceNorm1d>("InstanceNorm1d", "L", false),
      instance_norm<nn::InstanceNorm2d>("InstanceNorm2d", "HW", false)
          .reference([](const nn::InstanceNorm2dImpl& norm, const gg::Inputs& inputs) {
            return by::group_norm(inputs["x"], inputs.size("C"), norm.weight, norm.bias);
          }),
      instance_norm<nn::InstanceNorm3d>("InstanceNorm3d", "DHW", false),
      instance_norm<nn::InstanceNorm2d>("InstanceNorm2dTracked", "HW", true),
      gg::module(
          "LayerNorm",
          [](const gg::Draw& draw) { return nn::LayerNorm(nn::LayerNormOptions({draw["D"]})); })
          .dim("B", 1, 6)
          .variadic("S", 0, 2)
          .dim("D", 1, 8)
          .input("x", gg::floats("B *S D"))
          .output("y", gg::floats("B *S D"))
          .batch("B")
          .reference([](const nn::LayerNormImpl& norm, const gg::Inputs& inputs) {
            return by::affine_layer_norm()(inputs["x"], norm.weight, norm.bias);
          }),
      gg::module("GroupNorm",
                 [](const gg::Draw& draw) { return nn::GroupNorm(draw["G"], draw["C"]); })
          .dim("B", 1, 6)
          .dim("G", 1, 3)
          .dim("M", 1, 3)
          .dim("C", "G*M")
          .variadic("S", 0, 2)
          .input("x", gg::floats("B C *S"))
          .output("y", gg::floats("B C *S"))
          .batch("B")
          .reference([](const nn::GroupNormImpl& norm, const gg::Inputs& inputs) {
            return by::group_norm(inputs["x"], inputs.size("G"), norm.weight, norm.bias);
          }),
      over_channels(
          gg::module("LocalResponseNorm", [](const gg::Draw&) { return nn::LocalResponseNorm(3); }),
          "HW"),
      // With another alpha than the default of 1e-4 the fault shows in every case.
      gg::module(
          "CrossMapLRN2d",
          [](const gg::Draw&) { return nn::CrossMapLRN2d(nn::CrossMapLRN2dOptions(3).alpha(1)); })
          .dim("B", 1, 4)
          .dim("C", 3, 5)
          .dim("H", 1, 3)
          .dim("W", 1, 3)
          .input("x", gg::floats("B C H W"))
          .output("y", gg::floats("B C H W"))
          .batch("B")
          .except(kSlopes, "LibTorch's backward across channels is wrong"),
  };
}

}  // namespace torch_nn
