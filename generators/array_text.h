// What an array holds, in one line.
//
// Layer 2, generators.
#pragma once

#include <string>

#include "gradgrind/generators/array.h"

namespace gradgrind::detail {

/// "all zero", "all zero but [1, 0, 3] = 1", "[[0, 1], [2, 0]]", or for larger arrays a digest:
/// "min -3.2, max 4.1, mean 0.1, 2 NaN".
std::string describe_values(const Array& array);

}  // namespace gradgrind::detail
