#include "modules/unet.h"

#include "modules/expect.h"

namespace examples {
namespace {

constexpr std::int64_t kTop = 8;
constexpr std::int64_t kMiddle = 16;
constexpr std::int64_t kBottom = 32;
constexpr std::int64_t kGroups = 4;

torch::nn::Sequential block(std::int64_t from, std::int64_t to) {
  return torch::nn::Sequential(torch::nn::Conv2d(torch::nn::Conv2dOptions(from, to, 3).padding(1)),
                               torch::nn::GroupNorm(kGroups, to), torch::nn::ReLU());
}

torch::Tensor halved(const torch::Tensor& x) { return torch::max_pool2d(x, 2); }

torch::Tensor doubled(const torch::Tensor& x) {
  return torch::upsample_nearest2d(x, {2 * x.size(2), 2 * x.size(3)});
}

torch::Tensor brightness(const torch::Tensor& x) { return x.mean({1, 2, 3}, /*keepdim=*/true); }

}  // namespace

UNetImpl::UNetImpl(std::int64_t channels, std::int64_t classes) : channels_(channels) {
  expect_positive("channels", channels);
  expect_positive("classes", classes);
  top_ = register_module("top", block(channels, kTop));
  middle_ = register_module("middle", block(kTop, kMiddle));
  bottom_ = register_module("bottom", block(kMiddle, kBottom));
  merged_middle_ = register_module("merged_middle", block(kMiddle + kBottom, kMiddle));
  merged_top_ = register_module("merged_top", block(kTop + kMiddle, kTop));
  head_ = register_module("head", torch::nn::Conv2d(kTop, classes, 1));
}

void UNetImpl::expect_image(const torch::Tensor& x) const {
  expect_shape("x", x, {kAnySize, channels_, kAnySize, kAnySize});
  TORCH_CHECK(x.size(2) % 4 == 0 && x.size(3) % 4 == 0,
              "x must have a height and width divisible by 4, but has shape ", x.sizes());
}

torch::Tensor UNetImpl::segment(const torch::Tensor& centred) {
  const auto top = top_->forward(centred);
  const auto middle = middle_->forward(halved(top));
  const auto bottom = bottom_->forward(halved(middle));
  const auto up = merged_middle_->forward(torch::cat({middle, doubled(bottom)}, 1));
  return head_(merged_top_->forward(torch::cat({top, doubled(up)}, 1)));
}

torch::Tensor UNetImpl::forward(const torch::Tensor& x) {
  expect_image(x);
  return segment(x - brightness(x));
}

torch::Tensor UNetWritesToInputImpl::forward(const torch::Tensor& x) {
  expect_image(x);
  return segment(x.sub_(brightness(x)));
}

}  // namespace examples
