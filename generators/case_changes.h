// Changes of a whole case that shrinking and the search among neighbours share.
//
// Layer 2, generators; internal.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "gradgrind/generators/case_space.h"

namespace gradgrind::detail {

/// `a_case` with the free dim `name` at a larger `size`, where the last slice is repeated, or
/// nothing where that is illegal.
std::optional<Case> grown(const CaseSpace& space, const Case& a_case, const std::string& name,
                          std::int64_t size);

/// `a_case` with the shared dtype, and all that follows it, rounded to `dtype`.
Case in_dtype(const Signature& signature, const Case& a_case, DType dtype);

}  // namespace gradgrind::detail
