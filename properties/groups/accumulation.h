// The gradient of a batch is that of its parts, and what is frozen stays so.
#pragma once

#include <string>

#include "gradgrind/properties/contract.h"
#include "gradgrind/properties/trial.h"

namespace gradgrind {

/// Where the loss of a batch is the mean or the sum of those of its rows, so is the gradient.
Verdict check_accumulation(Trial& trial);

std::string without_frozen_parts(const Contract& contract);
/// Two steps of Adam with weight decay change no parameter and no buffer under a frozen prefix.
Verdict check_frozen_parts(Trial& trial);

}  // namespace gradgrind
