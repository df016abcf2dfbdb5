// How far float32 is from float64.
#pragma once

#include "gradgrind/properties/trial.h"

namespace gradgrind {

/// The float32 result differs from the float64 one by no more than rounding explains: 64 times the
/// bound of the largest value that goes in or is met on the way, and 64 times what a relative
/// change of one unit roundoff in every input and parameter does in float64. What exceeds that must
/// do so at two points nearby as well, since a jump is crossed at single points.
Verdict check_float64_error(Trial& trial);

}  // namespace gradgrind
