// Multi-head self-attention with a padding mask, and its variants with silent bugs.
#pragma once

#include <torch/torch.h>

#include <cstdint>

namespace examples {

/// Multi-head self-attention: x [B, T, E] and pad [B, T], boolean, true marks padding, to
/// y [B, T, C]. H heads share E, which must be divisible by H.
///
/// Padding may hold any number, infinities and NaN too: nothing of it reaches the output or a
/// gradient. The output of padding is zero, so that a row of nothing but padding is zero.
class AttentionImpl : public torch::nn::Module {
 public:
  AttentionImpl(std::int64_t embedding, std::int64_t heads, std::int64_t outputs,
                double dropout = 0.0);

  torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& pad);

 protected:
  void expect_inputs(const torch::Tensor& x, const torch::Tensor& pad) const;
  /// What each query makes of each key: [B, T, E] to [B, H, T, T].
  torch::Tensor scores(const torch::Tensor& x);
  /// The weighted sums of the values, projected: [B, H, T, T] and [B, T, E] to [B, T, C].
  torch::Tensor attend(const torch::Tensor& weights, const torch::Tensor& x);

 private:
  torch::Tensor split_heads(const torch::Tensor& x) const;

  std::int64_t embedding_;
  std::int64_t heads_;
  torch::nn::Linear query_{nullptr};
  torch::nn::Linear key_{nullptr};
  torch::nn::Linear value_{nullptr};
  torch::nn::Linear out_{nullptr};
  torch::nn::Dropout dropout_{nullptr};
};
TORCH_MODULE(Attention);

/// BUG: hides the output of padding, but lets every query attend to padding.
class AttentionIgnoresMaskImpl : public AttentionImpl {
 public:
  using AttentionImpl::AttentionImpl;
  torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& pad);
};
TORCH_MODULE(AttentionIgnoresMask);

/// BUG: takes true for "valid". Rows with padding attend to nothing else; rows without any have all
/// keys masked alike, which is a plain mean.
class AttentionInvertsMaskImpl : public AttentionImpl {
 public:
  using AttentionImpl::AttentionImpl;
  torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& pad);
};
TORCH_MODULE(AttentionInvertsMask);

/// BUG: normalises the weights over the batch where the keys are meant.
class AttentionSoftmaxOverBatchImpl : public AttentionImpl {
 public:
  using AttentionImpl::AttentionImpl;
  torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& pad);
};
TORCH_MODULE(AttentionSoftmaxOverBatch);

/// BUG: masks the weights after the softmax and does not normalise them again, so that padding has
/// its share of the denominator.
class AttentionMasksAfterSoftmaxImpl : public AttentionImpl {
 public:
  using AttentionImpl::AttentionImpl;
  torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& pad);
};
TORCH_MODULE(AttentionMasksAfterSoftmax);

}  // namespace examples
