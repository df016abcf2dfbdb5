// A small convolutional image classifier, and its variants with silent bugs.
#pragma once

#include <torch/torch.h>

#include <cstdint>

namespace examples {

/// Two blocks of convolution, batch norm and ReLU, global average pooling and a linear head:
/// x [B, C, S, S'] to logits [B, K], for images of any size from 1 x 1 on.
///
/// In train mode the batch norm couples the rows of a batch, and needs more than one value a
/// channel: B * ceil(S / 2) * ceil(S' / 2) must be above 1.
class ConvClassifierImpl : public torch::nn::Module {
 public:
  ConvClassifierImpl(std::int64_t channels, std::int64_t classes);

  torch::Tensor forward(const torch::Tensor& x);

 protected:
  /// [B, C, S, S'] to [B, W, ceil(S / 2), ceil(S' / 2)].
  torch::Tensor features(const torch::Tensor& x);
  /// [B, W] to [B, K].
  torch::Tensor classify(const torch::Tensor& pooled);

 private:
  std::int64_t channels_;
  torch::nn::Sequential stem_{nullptr};
  torch::nn::Sequential body_{nullptr};
  torch::nn::Linear head_{nullptr};
};
TORCH_MODULE(ConvClassifier);

/// BUG: pools channel by channel and turns [W, B] into [B, W] with a view in the place of a
/// transpose. The shape is right; the values of different images and channels change places.
class ConvClassifierMixedByViewImpl : public ConvClassifierImpl {
 public:
  using ConvClassifierImpl::ConvClassifierImpl;
  torch::Tensor forward(const torch::Tensor& x);
};
TORCH_MODULE(ConvClassifierMixedByView);

/// BUG: removes the pooled extents with a bare squeeze(), which removes a batch of one as well:
/// the logits of a single image have shape [K].
class ConvClassifierSqueezesBatchImpl : public ConvClassifierImpl {
 public:
  using ConvClassifierImpl::ConvClassifierImpl;
  torch::Tensor forward(const torch::Tensor& x);
};
TORCH_MODULE(ConvClassifierSqueezesBatch);

}  // namespace examples
