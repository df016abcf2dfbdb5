// References compute in float64 and give back the dtype that came in.
#pragma once

#include <ATen/core/Tensor.h>

namespace gradgrind::references {

inline at::Tensor wide(const at::Tensor& tensor) { return tensor.to(at::kDouble); }

inline at::Tensor back(const at::Tensor& result, const at::Tensor& like) {
  return result.to(like.scalar_type());
}

}  // namespace gradgrind::references
