#include "modules/conv_classifier.h"

#include "modules/expect.h"

namespace examples {
namespace {

constexpr std::int64_t kStemWidth = 8;
constexpr std::int64_t kWidth = 16;

torch::nn::Sequential block(std::int64_t from, std::int64_t to, std::int64_t stride) {
  // The batch norm has a shift of its own, so that a bias before it would be without effect.
  const auto options = torch::nn::Conv2dOptions(from, to, 3).stride(stride).padding(1).bias(false);
  return torch::nn::Sequential(torch::nn::Conv2d(options), torch::nn::BatchNorm2d(to),
                               torch::nn::ReLU());
}

}  // namespace

ConvClassifierImpl::ConvClassifierImpl(std::int64_t channels, std::int64_t classes)
    : channels_(channels) {
  expect_positive("channels", channels);
  expect_positive("classes", classes);
  stem_ = register_module("stem", block(channels, kStemWidth, 1));
  body_ = register_module("body", block(kStemWidth, kWidth, 2));
  head_ = register_module("head", torch::nn::Linear(kWidth, classes));
}

torch::Tensor ConvClassifierImpl::features(const torch::Tensor& x) {
  expect_shape("x", x, {kAnySize, channels_, kAnySize, kAnySize});
  return body_->forward(stem_->forward(x));
}

torch::Tensor ConvClassifierImpl::classify(const torch::Tensor& pooled) { return head_(pooled); }

torch::Tensor ConvClassifierImpl::forward(const torch::Tensor& x) {
  return classify(features(x).mean({2, 3}));
}

torch::Tensor ConvClassifierMixedByViewImpl::forward(const torch::Tensor& x) {
  const auto by_channel = features(x).transpose(0, 1).flatten(2).mean(2);
  return classify(by_channel.contiguous().view({x.size(0), kWidth}));
}

torch::Tensor ConvClassifierSqueezesBatchImpl::forward(const torch::Tensor& x) {
  return classify(torch::adaptive_avg_pool2d(features(x), {1, 1}).squeeze());
}

}  // namespace examples
