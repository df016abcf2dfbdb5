// Gradients against finite differences.
#pragma once

#include "gradgrind/properties/trial.h"

namespace gradgrind {

/// For each parameter and each floating input: the directional derivative along one random
/// direction, by backward() and by central differences, in float64 and in evaluation mode. Steps
/// from 1e-3 to 1e-6 are tried, and one that agrees is enough: large ones suffer from curvature,
/// small ones from cancellation. What is left must be more than the differences themselves can
/// tell: ten times what two steps differ by, and the rounding of the largest value on the way.
///
/// A slope that disagrees must do so at two points nearby as well, which are drawn at random: the
/// kinks of a function (relu, max, abs) hold no volume, so they are met at contents like zeros and
/// ties and not there, while a wrong derivative is wrong all around.
Verdict check_finite_differences(Trial& trial);

}  // namespace gradgrind
