// What a subject computes with.
#pragma once

#include "gradgrind/properties/trial.h"

namespace gradgrind {

/// In float64 no operator makes a lower precision of float64.
Verdict check_keeps_precision(Trial& trial);

}  // namespace gradgrind
