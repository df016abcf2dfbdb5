// Whether a tensor may be touched at all.
#pragma once

#include <ATen/core/Tensor.h>

namespace gradgrind::fuzz {

/// Whether a strided tensor has elements before or behind its storage: what a loader that believes
/// its file gives back. To read one is a segmentation fault, or worse.
bool reaches_beyond_storage(const at::Tensor& tensor);

}  // namespace gradgrind::fuzz
