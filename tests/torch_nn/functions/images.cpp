#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/col2im.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/conv_transpose2d.h>
#include <ATen/ops/group_norm.h>
#include <ATen/ops/im2col.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/pixel_shuffle.h>
#include <ATen/ops/pixel_unshuffle.h>

// LibTorch's own headers need what those above include.
#include <torch/nn/functional/padding.h>
#include <torch/nn/functional/upsampling.h>
#include <torch/nn/functional/vision.h>

#include "tests/torch_nn/functions/functions.h"
#include "tests/torch_nn/functions/helpers.h"

namespace gg = gradgrind;
namespace F = torch::nn::functional;

namespace torch_functions {
namespace {

using at::Tensor;

template <class Function>
gg::Contract of_images(const std::string& name, Function function, const std::string& input,
                       const std::string& output, gg::Location location = gg::Location::here()) {
  return gg::function(name, function, location)
      .dim("B", 1, 3)
      .dim("C", 1, 3)
      .dim("H", 2, 5)
      .dim("W", 2, 5)
      .input("x", gg::floats(input))
      .output("y", gg::floats(output))
      .batch("B");
}

template <class Mode>
auto interpolated(Mode mode, c10::optional<bool> align_corners = c10::nullopt) {
  return [=](const Tensor& x) {
    const std::vector<std::int64_t> size = {3, 7};
    return F::interpolate(
        x, F::InterpolateFuncOptions().size(size).mode(mode).align_corners(align_corners));
  };
}

/// Reads H by W places of an image of 3 by 4.
template <class Interpolation, class Padding>
gg::Contract sampled(const std::string& name, Interpolation interpolation, Padding padding,
                     gg::Location location = gg::Location::here()) {
  return gg::function(
             name,
             [=](const Tensor& x, const Tensor& grid) {
               return F::grid_sample(x, grid,
                                     F::GridSampleFuncOptions()
                                         .mode(interpolation)
                                         .padding_mode(padding)
                                         .align_corners(false));
             },
             location)
      .dim("B", 1, 3)
      .dim("C", 1, 3)
      .dim("H", 1, 4)
      .dim("W", 1, 4)
      .input("x", gg::floats("B C 3 4"))
      .input("grid", gg::floats("B H W 2", gg::between(-1.5, 1.5)))
      .output("y", gg::floats("B C H W"))
      .batch("B")
      .declares(gg::additive("x"));
}

}  // namespace

std::vector<gg::Contract> images() {
  const gg::Law additive = gg::additive("x");
  const auto affine_grid = [](const Tensor& theta) {
    return F::affine_grid(theta, {theta.size(0), 1, 3, 4}, /*align_corners=*/false);
  };
  const auto reflected = [](const Tensor& x) {
    return F::pad(x, F::PadFuncOptions({1, 1, 1, 1}).mode(torch::kReflect));
  };
  const auto circular = [](const Tensor& x) {
    return F::pad(x, F::PadFuncOptions({1, 1, 1, 1}).mode(torch::kCircular));
  };
  const std::string same = "B C H W";
  return {
      of_images("interpolate_nearest", interpolated(torch::kNearest), same, "B C 3 7")
          .declares(additive),
      of_images("interpolate_bilinear", interpolated(torch::kBilinear, false), same, "B C 3 7")
          .declares(additive),
      of_images("interpolate_bicubic", interpolated(torch::kBicubic, true), same, "B C 3 7")
          .declares(additive),
      of_images("interpolate_area", interpolated(torch::kArea), same, "B C 3 7").declares(additive),
      sampled("grid_sample", torch::kBilinear, torch::kZeros),
      sampled("grid_sample_border", torch::kBilinear, torch::kBorder),
      sampled("grid_sample_reflection", torch::kBilinear, torch::kReflection),
      sampled("grid_sample_nearest", torch::kNearest, torch::kZeros)
          .no_gradient_to("grid", "takes the nearest pixel"),
      gg::function("affine_grid", affine_grid)
          .dim("B", 1, 4)
          .input("theta", gg::floats("B 2 3"))
          .output("y", gg::floats("B 3 4 2"))
          .batch("B")
          .declares(gg::additive("theta")),
      of_images("pad_reflect", reflected, same, "B C H+2 W+2").declares(additive),
      of_images("pad_circular", circular, same, "B C H+2 W+2").declares(additive),
      of_images(
          "pixel_shuffle", [](const Tensor& x) { return at::pixel_shuffle(x, 2); }, "B 4*C H W",
          "B C 2*H 2*W"),
      of_images(
          "pixel_unshuffle", [](const Tensor& x) { return at::pixel_unshuffle(x, 2); },
          "B C 2*H 2*W", "B 4*C H W")
          .except("accepts_an_empty_batch", "LibTorch gives an empty input back in its own shape"),
      of_images(
          "im2col",
          [](const Tensor& x) {
            return at::im2col(x, {2, 2}, {1, 1}, {0, 0}, {1, 1});
          },
          same, "B 4*C (H-1)*(W-1)"),
      of_images(
          "col2im",
          [](const Tensor& x) {
            return at::col2im(x, {3, 4}, {2, 2}, {1, 1}, {0, 0}, {1, 1});
          },
          "B 4*C 6", "B C 3 4"),
      of_images(
          "avg_pool2d", [](const Tensor& x) { return at::avg_pool2d(x, 2, 1, 1, false, false); },
          same, "B C H+1 W+1"),
      of_images(
          "max_pool2d", [](const Tensor& x) { return at::max_pool2d(x, 2, 1); }, same,
          "B C H-1 W-1"),
      of_images(
          "layer_norm", [](const Tensor& x) { return at::layer_norm(x, x.size(-1)); }, same, same),
      of_images(
          "group_norm", [](const Tensor& x) { return at::group_norm(x, 2); }, "B 2*C H W",
          "B 2*C H W"),
      of_images(
          "conv2d", [](const Tensor& x, const Tensor& w) { return at::conv2d(x, w, {}, 1, 1); },
          same, same)
          .input("weight", gg::floats("C C 3 3")),
      of_images(
          "conv_transpose2d",
          [](const Tensor& x, const Tensor& w) { return at::conv_transpose2d(x, w, {}, 2); }, same,
          "B C 2*H 2*W")
          .input("weight", gg::floats("C C 2 2")),
  };
}

}  // namespace torch_functions
