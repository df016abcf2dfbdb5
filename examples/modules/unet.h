// A small U-Net for segmentation, and its variant with a silent bug.
#pragma once

#include <torch/torch.h>

#include <cstdint>

namespace examples {

/// Two levels down and up again with skip connections: images x [B, C, S, S'] to logits
/// [B, K, S, S'] for each pixel. S and S' must be divisible by 4.
///
/// Each image is centred first, so that one constant added to all of its channels changes nothing.
/// Group norm keeps the rows of a batch apart, in train mode too.
class UNetImpl : public torch::nn::Module {
 public:
  UNetImpl(std::int64_t channels, std::int64_t classes);

  torch::Tensor forward(const torch::Tensor& x);

 protected:
  void expect_image(const torch::Tensor& x) const;
  torch::Tensor segment(const torch::Tensor& centred);

 private:
  std::int64_t channels_;
  torch::nn::Sequential top_{nullptr};
  torch::nn::Sequential middle_{nullptr};
  torch::nn::Sequential bottom_{nullptr};
  torch::nn::Sequential merged_middle_{nullptr};
  torch::nn::Sequential merged_top_{nullptr};
  torch::nn::Conv2d head_{nullptr};
};
TORCH_MODULE(UNet);

/// BUG: centres the images in place, in the caller's own tensor. The logits are right.
class UNetWritesToInputImpl : public UNetImpl {
 public:
  using UNetImpl::UNetImpl;
  torch::Tensor forward(const torch::Tensor& x);
};
TORCH_MODULE(UNetWritesToInput);

}  // namespace examples
