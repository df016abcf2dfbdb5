// How far a subject's range reaches.
#pragma once

#include <string>

#include "gradgrind/properties/contract.h"
#include "gradgrind/properties/trial.h"

namespace gradgrind {

/// Why no input can be moved to a corner of its domain; empty where one can.
std::string without_corners(const Contract& contract);

/// Inputs moved to the corners of their domains, masks, lengths and ids too, towards ever larger
/// intermediates, give finite outputs, and these finite gradients.
Verdict check_corners(Trial& trial);

}  // namespace gradgrind
