// Looking at the values of a tensor without a single dispatched operator (for tensors in ordinary
// memory): observing must not be observed, nor touch autograd.
#pragma once

#include <ATen/core/Tensor.h>

#include <string_view>

#include "gradgrind/properties/observation.h"

namespace gradgrind::detail {

struct Scan {
  bool values = false;
  bool digest = false;
  std::int64_t rows = 0;  ///< As ObserveOptions::rows and row.
  std::int64_t row = 0;
};

/// "float32", or LibTorch's own name in lower case for a type that no case can hold.
std::string_view dtype_name(at::ScalarType type);

/// Dtype, shape and what `scan` asks for.
TensorFacts facts_of(const at::Tensor& tensor, Scan scan);

}  // namespace gradgrind::detail
