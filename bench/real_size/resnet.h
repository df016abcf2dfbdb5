// ResNet-18 (He et al. 2015) for images of 224x224: a network of real size.
#pragma once

#include <torch/torch.h>

namespace bench {

class BasicBlockImpl : public torch::nn::Cloneable<BasicBlockImpl> {
 public:
  BasicBlockImpl(std::int64_t planes_in, std::int64_t planes, std::int64_t stride)
      : planes_in_(planes_in), planes_(planes), stride_(stride) {
    reset();
  }
  void reset() override;
  torch::Tensor forward(const torch::Tensor& x);

 private:
  std::int64_t planes_in_, planes_, stride_;
  torch::nn::Conv2d first_{nullptr}, second_{nullptr};
  torch::nn::BatchNorm2d first_norm_{nullptr}, second_norm_{nullptr};
  torch::nn::Sequential shortcut_{nullptr};
};
TORCH_MODULE(BasicBlock);

class ResNet18Impl : public torch::nn::Cloneable<ResNet18Impl> {
 public:
  explicit ResNet18Impl(std::int64_t classes) : classes_(classes) { reset(); }
  void reset() override;
  torch::Tensor forward(const torch::Tensor& image);

 private:
  std::int64_t classes_;
  torch::nn::Sequential stem_{nullptr}, stages_{nullptr};
  torch::nn::Linear head_{nullptr};
};
TORCH_MODULE(ResNet18);

}  // namespace bench
