#include "modules/deep_set.h"

#include "modules/expect.h"

namespace examples {
namespace {

constexpr std::int64_t kWidth = 16;
/// Rounds the tip of the distance off, so that it has a gradient at zero.
constexpr double kSoftening = 1e-6;

/// x [B, N, D] with zeros where valid [B, N] is false.
torch::Tensor masked(const torch::Tensor& x, const torch::Tensor& valid) {
  return x.masked_fill(valid.logical_not().unsqueeze(-1), 0);
}

/// The mean of the valid rows of x [B, N, D], zero where there are none: [B, 1, D].
torch::Tensor masked_mean(const torch::Tensor& x, const torch::Tensor& valid) {
  const auto count = valid.sum(1, /*keepdim=*/true).clamp_min(1).unsqueeze(-1);
  return masked(x, valid).sum(1, /*keepdim=*/true) / count;
}

torch::Tensor distances_from_centre(const torch::Tensor& points, const torch::Tensor& valid) {
  const auto offsets = masked(points - masked_mean(points, valid), valid);
  return (offsets.square().sum(-1, /*keepdim=*/true) + kSoftening).sqrt();
}

}  // namespace

DeepSetImpl::DeepSetImpl(std::int64_t dimensions, std::int64_t classes) : dimensions_(dimensions) {
  expect_positive("dimensions", dimensions);
  expect_positive("classes", classes);
  encoder_ = register_module(
      "encoder", torch::nn::Sequential(torch::nn::Linear(dimensions + 1, kWidth), torch::nn::ReLU(),
                                       torch::nn::Linear(kWidth, kWidth), torch::nn::ReLU()));
  head_ = register_module(
      "head", torch::nn::Sequential(torch::nn::Linear(kWidth, kWidth), torch::nn::ReLU(),
                                    torch::nn::Linear(kWidth, classes)));
}

void DeepSetImpl::expect_inputs(const torch::Tensor& points, const torch::Tensor& valid) const {
  expect_shape("points", points, {kAnySize, kAnySize, dimensions_});
  expect_mask("valid", valid, {points.size(0), points.size(1)});
}

torch::Tensor DeepSetImpl::encode(const torch::Tensor& points, const torch::Tensor& distances) {
  return encoder_->forward(torch::cat({points, distances}, -1));
}

torch::Tensor DeepSetImpl::classify(const torch::Tensor& pooled) { return head_->forward(pooled); }

torch::Tensor DeepSetImpl::forward(const torch::Tensor& points, const torch::Tensor& valid) {
  expect_inputs(points, valid);
  const auto clean = masked(points, valid);
  const auto features = encode(clean, distances_from_centre(clean, valid));
  return classify(masked_mean(features, valid).squeeze(1));
}

torch::Tensor DeepSetAveragesPaddingImpl::forward(const torch::Tensor& points,
                                                  const torch::Tensor& valid) {
  expect_inputs(points, valid);
  const auto clean = masked(points, valid);
  const auto features = encode(clean, distances_from_centre(clean, valid));
  return classify(masked(features, valid).mean(1));
}

torch::Tensor DeepSetNanGradientImpl::forward(const torch::Tensor& points,
                                              const torch::Tensor& valid) {
  expect_inputs(points, valid);
  const auto there = valid.unsqueeze(-1);
  const auto offsets = (points - masked_mean(points, valid)) * there;
  const auto roots = offsets.square().sum(-1, /*keepdim=*/true).sqrt();
  const auto distances = torch::where(there, roots, torch::zeros_like(roots));
  return classify(masked_mean(encode(points, distances), valid).squeeze(1));
}

}  // namespace examples
