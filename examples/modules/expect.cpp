#include "modules/expect.h"

#include <algorithm>

namespace examples {

void expect_positive(const char* argument, std::int64_t value) {
  TORCH_CHECK(value >= 1, argument, " must be at least 1, but is ", value);
}

void expect_shape(const char* argument, const torch::Tensor& tensor, torch::IntArrayRef shape) {
  const auto sizes = tensor.sizes();
  const bool fits = std::equal(
      sizes.begin(), sizes.end(), shape.begin(), shape.end(),
      [](std::int64_t size, std::int64_t wanted) { return wanted == kAnySize || size == wanted; });
  TORCH_CHECK(fits, argument, " must have shape ", shape, " (", kAnySize,
              " stands for any size), but has shape ", sizes);
}

void expect_mask(const char* argument, const torch::Tensor& mask, torch::IntArrayRef shape) {
  expect_shape(argument, mask, shape);
  TORCH_CHECK(mask.scalar_type() == torch::kBool, argument, " must be boolean, but is ",
              mask.scalar_type());
}

}  // namespace examples
