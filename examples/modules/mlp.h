// A multilayer perceptron with one hidden layer, and its variant with a silent bug.
#pragma once

#include <torch/torch.h>

#include <cstdint>

namespace examples {

/// Linear, ReLU, linear: x [B, F] to logits [B, K], through H hidden units.
class MlpImpl : public torch::nn::Cloneable<MlpImpl> {
 public:
  MlpImpl(std::int64_t features, std::int64_t hidden_units, std::int64_t classes);

  void reset() override;
  torch::Tensor forward(const torch::Tensor& x);

 private:
  std::int64_t features_;
  std::int64_t hidden_units_;
  std::int64_t classes_;
  torch::nn::Linear hidden_{nullptr};
  torch::nn::Linear head_{nullptr};
};
TORCH_MODULE(Mlp);

/// BUG: centres the hidden activations over the batch, in eval mode too, so that each row's logits
/// depend on the rows that happen to share its batch.
class MixingMlpImpl : public torch::nn::Cloneable<MixingMlpImpl> {
 public:
  MixingMlpImpl(std::int64_t features, std::int64_t hidden_units, std::int64_t classes);

  void reset() override;
  torch::Tensor forward(const torch::Tensor& x);

 private:
  std::int64_t features_;
  std::int64_t hidden_units_;
  std::int64_t classes_;
  torch::nn::Linear hidden_{nullptr};
  torch::nn::Linear head_{nullptr};
};
TORCH_MODULE(MixingMlp);

}  // namespace examples
