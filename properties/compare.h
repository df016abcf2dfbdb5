// Comparing tensors, and finding the element that tells most.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>

#include "gradgrind/properties/values.h"

namespace gradgrind {

/// Same dtype, sizes and values: NaN equals NaN, -0 equals 0.
bool same_bits(const at::Tensor& a, const at::Tensor& b);

/// Where two tensors of equal shape differ most. A difference in being finite counts as infinite.
struct Worst {
  std::int64_t position = -1;  ///< Row-major; -1 where they agree.
  double difference = 0;       ///< Absolute.
};
Worst worst_element(const at::Tensor& a, const at::Tensor& b);

/// "[1, 0]" for a row-major position.
std::string index_text(const at::Tensor& tensor, std::int64_t position);
/// The element there, as text that reads back.
std::string element_text(const at::Tensor& tensor, std::int64_t position);

/// "y[1, 0] is 0.25 alone and 0.75 in the batch".
std::string worst_text(const std::string& name, const at::Tensor& a, const std::string& when_a,
                       const at::Tensor& b, const std::string& when_b);

/// How the structures differ: "output 1 is missing", "y has shape [2] instead of [2, 3]"; empty
/// when number, shapes and dtypes agree.
std::string structural_difference(const Outputs& expected, const Outputs& actual);

/// Position of the first element that is NaN or infinite, or -1. Integers are always finite.
std::int64_t first_non_finite(const at::Tensor& tensor);

}  // namespace gradgrind
