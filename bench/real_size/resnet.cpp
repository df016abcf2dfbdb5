#include "bench/real_size/resnet.h"

namespace bench {
namespace {

torch::nn::Conv2d convolution(std::int64_t in, std::int64_t out, std::int64_t kernel,
                              std::int64_t stride) {
  return torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, kernel)
                               .stride(stride)
                               .padding(kernel / 2)
                               .bias(/*new_bias=*/false));
}

}  // namespace

void BasicBlockImpl::reset() {
  first_ = register_module("first", convolution(planes_in_, planes_, 3, stride_));
  first_norm_ = register_module("first_norm", torch::nn::BatchNorm2d(planes_));
  second_ = register_module("second", convolution(planes_, planes_, 3, 1));
  second_norm_ = register_module("second_norm", torch::nn::BatchNorm2d(planes_));
  if (stride_ == 1 && planes_in_ == planes_) return;
  shortcut_ = register_module("shortcut",
                              torch::nn::Sequential(convolution(planes_in_, planes_, 1, stride_),
                                                    torch::nn::BatchNorm2d(planes_)));
}

torch::Tensor BasicBlockImpl::forward(const torch::Tensor& x) {
  const torch::Tensor inner = torch::relu(first_norm_(first_(x)));
  const torch::Tensor residual = shortcut_.is_empty() ? x : shortcut_->forward(x);
  return torch::relu(second_norm_(second_(inner)) + residual);
}

void ResNet18Impl::reset() {
  stem_ = register_module(
      "stem", torch::nn::Sequential(
                  convolution(3, 64, 7, 2), torch::nn::BatchNorm2d(64), torch::nn::ReLU(),
                  torch::nn::MaxPool2d(torch::nn::MaxPool2dOptions(3).stride(2).padding(1))));
  stages_ = register_module("stages", torch::nn::Sequential());
  std::int64_t planes_in = 64;
  for (const std::int64_t planes : {64, 128, 256, 512}) {
    stages_->push_back(BasicBlock(planes_in, planes, planes == planes_in ? 1 : 2));
    stages_->push_back(BasicBlock(planes, planes, 1));
    planes_in = planes;
  }
  head_ = register_module("head", torch::nn::Linear(planes_in, classes_));
}

torch::Tensor ResNet18Impl::forward(const torch::Tensor& image) {
  return head_(stages_->forward(stem_->forward(image)).mean({2, 3}));
}

}  // namespace bench
