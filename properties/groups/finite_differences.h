// Gradients against finite differences.
#pragma once

#include "gradgrind/properties/trial.h"

namespace gradgrind {

/// For each parameter and each floating input: the directional derivative along one random
/// direction, by backward() and by central differences, in float64 and in evaluation mode. Steps
/// from 1e-3 to 1e-6 are tried, and one that agrees is enough: large ones suffer from curvature,
/// small ones from cancellation. Where the slopes to the left and to the right differ the point is
/// a kink and says nothing; it is passed by.
Verdict check_finite_differences(Trial& trial);

}  // namespace gradgrind
