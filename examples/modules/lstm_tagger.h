// A bidirectional LSTM that tags sequences of different lengths, and its variant with a silent bug.
#pragma once

#include <torch/torch.h>

#include <cstdint>

namespace examples {

/// Embedding, bidirectional LSTM over packed sequences and a linear head:
/// ids [B, T] and lengths [B], both int64, to logits [B, T, K].
///
/// Row b has lengths[b] tokens, 0 <= lengths[b] <= T; what stands behind them is padding, which may
/// hold any number. The logits of padding are zero.
class LstmTaggerImpl : public torch::nn::Module {
 public:
  LstmTaggerImpl(std::int64_t vocabulary, std::int64_t classes);

  torch::Tensor forward(const torch::Tensor& ids, const torch::Tensor& lengths);

 protected:
  /// True where there is no token: [B, T].
  torch::Tensor padding(const torch::Tensor& ids, const torch::Tensor& lengths) const;
  /// [B, T] to [B, T, E].
  torch::Tensor embed(const torch::Tensor& ids);
  /// States [B, T, 2 * H] to logits [B, T, K].
  torch::Tensor tag(const torch::Tensor& states, const torch::Tensor& padding);

  torch::nn::LSTM lstm_{nullptr};

 private:
  std::int64_t vocabulary_;
  torch::nn::Embedding embedding_{nullptr};
  torch::nn::Linear head_{nullptr};
};
TORCH_MODULE(LstmTagger);

/// BUG: runs over the padded batch as it is and hides the padding's logits afterwards. The backward
/// direction reads the padding before it reaches the tokens, so the padding shows in every logit.
class LstmTaggerIgnoresLengthsImpl : public LstmTaggerImpl {
 public:
  using LstmTaggerImpl::LstmTaggerImpl;
  torch::Tensor forward(const torch::Tensor& ids, const torch::Tensor& lengths);
};
TORCH_MODULE(LstmTaggerIgnoresLengths);

}  // namespace examples
