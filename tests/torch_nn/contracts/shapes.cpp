#include <torch/torch.h>

#include "tests/torch_nn/contracts/contracts.h"
#include "tests/torch_nn/contracts/helpers.h"

namespace gg = gradgrind;
namespace nn = torch::nn;

namespace torch_nn {
namespace {

gg::Contract reshaped(const gg::Contract& subject, const std::string& space, const std::string& in,
                      const std::string& out, gg::Location location = gg::Location::here()) {
  return with_dims(subject.dim("B", 1, 4).dim("C", 1, 3), space, 2, 5, location)
      .input("x", gg::floats(in))
      .output("y", gg::floats(out))
      .batch("B");
}

template <class Module>
gg::Contract padded(const std::string& name, const std::string& space) {
  return reshaped(gg::module(name, [](const gg::Draw&) { return Module(1); }), space,
                  shape_over("B C", space), shape_over("B C", space, "#+2"));
}

template <class Module>
gg::Contract padded_by_constant(const std::string& name, const std::string& space) {
  return reshaped(gg::module(name, [](const gg::Draw&) { return Module(1, 3.5); }), space,
                  shape_over("B C", space), shape_over("B C", space, "#+2"));
}

template <class Mode>
gg::Contract upsampled(const std::string& name, const std::string& space, Mode mode,
                       c10::optional<bool> align_corners) {
  return reshaped(
      gg::module(name,
                 [=](const gg::Draw&) {
                   const std::vector<double> factors(space.size(), 2);
                   return nn::Upsample(
                       nn::UpsampleOptions().scale_factor(factors).mode(mode).align_corners(
                           align_corners));
                 }),
      space, shape_over("B C", space), shape_over("B C", space, "2*#"));
}

}  // namespace

std::vector<gg::Contract> shapes() {
  return {
      padded<nn::ReflectionPad1d>("ReflectionPad1d", "L"),
      padded<nn::ReflectionPad2d>("ReflectionPad2d", "HW"),
      padded<nn::ReflectionPad3d>("ReflectionPad3d", "DHW"),
      padded<nn::ReplicationPad1d>("ReplicationPad1d", "L"),
      padded<nn::ReplicationPad2d>("ReplicationPad2d", "HW"),
      padded<nn::ReplicationPad3d>("ReplicationPad3d", "DHW"),
      padded<nn::ZeroPad2d>("ZeroPad2d", "HW"),
      padded_by_constant<nn::ConstantPad1d>("ConstantPad1d", "L"),
      padded_by_constant<nn::ConstantPad2d>("ConstantPad2d", "HW"),
      padded_by_constant<nn::ConstantPad3d>("ConstantPad3d", "DHW"),
      upsampled("UpsampleNearest", "HW", torch::kNearest, c10::nullopt),
      upsampled("UpsampleLinear", "L", torch::kLinear, false),
      upsampled("UpsampleBilinear", "HW", torch::kBilinear, false),
      upsampled("UpsampleBilinearAligned", "HW", torch::kBilinear, true),
      upsampled("UpsampleBicubic", "HW", torch::kBicubic, false),
      upsampled("UpsampleTrilinear", "DHW", torch::kTrilinear, false),
      reshaped(gg::module("PixelShuffle", [](const gg::Draw&) { return nn::PixelShuffle(2); }),
               "HW", "B 4*C H W", "B C 2*H 2*W"),
      reshaped(gg::module("PixelUnshuffle", [](const gg::Draw&) { return nn::PixelUnshuffle(2); }),
               "HW", "B C 2*H 2*W", "B 4*C H W")
          .except("accepts_an_empty_batch", "LibTorch gives an empty input back in its own shape"),
      reshaped(gg::module("Unfold", [](const gg::Draw&) { return nn::Unfold(2); }), "HW", "B C H W",
               "B 4*C (H-1)*(W-1)"),
      reshaped(gg::module("Fold",
                          [](const gg::Draw& draw) {
                            return nn::Fold(nn::FoldOptions({draw["H"], draw["W"]}, 2));
                          }),
               "HW", "B 4*C (H-1)*(W-1)", "B C H W"),
  };
}

}  // namespace torch_nn
