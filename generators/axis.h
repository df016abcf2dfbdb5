// Edits of one axis of a tensor of a case.
//
// Layer 2, generators; internal.
#pragma once

#include <cstdint>
#include <vector>

#include "gradgrind/generators/case.h"

namespace gradgrind::shrinking {

/// Keeps the slices `kept` of axis `axis`. The layout stays.
void keep_slices(TensorValue& tensor, std::size_t axis, const std::vector<std::int64_t>& kept);

/// Removes axis `axis`, keeping its first slice. The layout loses its entries for it, and becomes
/// contiguous where none of it is left.
void remove_axis(TensorValue& tensor, std::size_t axis);

}  // namespace gradgrind::shrinking
