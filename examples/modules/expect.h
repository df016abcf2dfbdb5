// What the example modules ask of their arguments.
#pragma once

#include <torch/types.h>

#include <cstdint>

namespace examples {

/// In a shape: any size will do.
inline constexpr std::int64_t kAnySize = -1;

/// Throws a c10::Error that names the argument unless `value` is at least 1.
void expect_positive(const char* argument, std::int64_t value);

/// Throws a c10::Error that names the argument unless `tensor` has exactly this shape. Nothing
/// broadcasts: a mask of size 1 in the place of the batch is refused.
void expect_shape(const char* argument, const torch::Tensor& tensor, torch::IntArrayRef shape);

/// Throws a c10::Error that names the argument unless `mask` is boolean and has exactly this shape.
void expect_mask(const char* argument, const torch::Tensor& mask, torch::IntArrayRef shape);

}  // namespace examples
