// A pre-norm transformer encoder written by hand, and its variant with a silent bug.
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <vector>

#include "modules/attention.h"

namespace examples {

/// One pre-norm layer: x [B, T, E] and pad [B, T], true marks padding, to [B, T, E].
class EncoderLayerImpl : public torch::nn::Module {
 public:
  EncoderLayerImpl(std::int64_t embedding, std::int64_t heads, double dropout = 0.0);

  torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& pad);

 private:
  torch::nn::LayerNorm attention_norm_{nullptr};
  Attention attention_{nullptr};
  torch::nn::LayerNorm feed_forward_norm_{nullptr};
  torch::nn::Sequential feed_forward_{nullptr};
  torch::nn::Dropout dropout_{nullptr};
};
TORCH_MODULE(EncoderLayer);

/// A stack of pre-norm layers, a last layer norm and a linear head: x [B, T, E] and pad [B, T],
/// boolean, true marks padding, to y [B, T, C]. H heads share E, which must be divisible by H.
///
/// Positions are the caller's to encode: permuted tokens give permuted outputs. Padding may hold
/// any number and reaches neither the output nor a gradient; its own output is zero.
class EncoderImpl : public torch::nn::Module {
 public:
  EncoderImpl(std::int64_t embedding, std::int64_t heads, std::int64_t layers, std::int64_t outputs,
              double dropout = 0.0);

  torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& pad);

 private:
  std::int64_t embedding_;
  torch::nn::ModuleList layers_{nullptr};
  torch::nn::LayerNorm norm_{nullptr};
  torch::nn::Linear head_{nullptr};
};
TORCH_MODULE(Encoder);

/// BUG: keeps its layers in a std::vector and registers none of them. parameters() misses them, so
/// that the optimizer leaves them as they were drawn; so do save, to() and eval().
class EncoderForgetsLayersImpl : public torch::nn::Module {
 public:
  EncoderForgetsLayersImpl(std::int64_t embedding, std::int64_t heads, std::int64_t layers,
                           std::int64_t outputs, double dropout = 0.0);

  torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& pad);

 private:
  std::int64_t embedding_;
  std::vector<EncoderLayer> layers_;
  torch::nn::LayerNorm norm_{nullptr};
  torch::nn::Linear head_{nullptr};
};
TORCH_MODULE(EncoderForgetsLayers);

}  // namespace examples
