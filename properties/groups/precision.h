// What a subject computes with, and how far its range reaches.
#pragma once

#include "gradgrind/properties/trial.h"

namespace gradgrind {

/// In float64 no operator makes a lower precision of float64.
Verdict check_keeps_precision(Trial& trial);

/// Inputs pushed to the corners of their domains, towards ever larger intermediates, give finite
/// outputs.
Verdict check_corners(Trial& trial);

}  // namespace gradgrind
