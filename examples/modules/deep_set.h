// A network on sets of points of different sizes, and its variants with silent bugs.
#pragma once

#include <torch/torch.h>

#include <cstdint>

namespace examples {

/// Classifies sets of points: points [B, N, D] and valid [B, N], boolean, true marks a point, to
/// logits [B, K]. Each point enters with its distance from the centre of its set; the order of the
/// points does not matter.
///
/// What stands where valid is false may be any number and reaches neither the logits nor a
/// gradient. A set without points has logits, too, and all gradients are finite.
class DeepSetImpl : public torch::nn::Module {
 public:
  DeepSetImpl(std::int64_t dimensions, std::int64_t classes);

  torch::Tensor forward(const torch::Tensor& points, const torch::Tensor& valid);

 protected:
  void expect_inputs(const torch::Tensor& points, const torch::Tensor& valid) const;
  /// Each point's features from its place and distance: [B, N, D] and [B, N, 1] to [B, N, W].
  torch::Tensor encode(const torch::Tensor& points, const torch::Tensor& distances);
  /// [B, W] to [B, K].
  torch::Tensor classify(const torch::Tensor& pooled);

 private:
  std::int64_t dimensions_;
  torch::nn::Sequential encoder_{nullptr};
  torch::nn::Sequential head_{nullptr};
};
TORCH_MODULE(DeepSet);

/// BUG: divides the sum over a set's points by the number of columns, so that the logits depend on
/// the amount of padding.
class DeepSetAveragesPaddingImpl : public DeepSetImpl {
 public:
  using DeepSetImpl::DeepSetImpl;
  torch::Tensor forward(const torch::Tensor& points, const torch::Tensor& valid);
};
TORCH_MODULE(DeepSetAveragesPadding);

/// BUG: takes the root of the padding's zeros and hides it behind where(), which stops the value
/// and not the gradient: with any padding, the gradient of all points of a set is NaN. The
/// network's own parameters are spared; whatever produced the points is not.
class DeepSetNanGradientImpl : public DeepSetImpl {
 public:
  using DeepSetImpl::DeepSetImpl;
  torch::Tensor forward(const torch::Tensor& points, const torch::Tensor& valid);
};
TORCH_MODULE(DeepSetNanGradient);

}  // namespace examples
