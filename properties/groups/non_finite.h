// NaN goes in, and comes out where it belongs: in its own row, and not as a number.
#pragma once

#include <string>

#include "gradgrind/properties/contract.h"
#include "gradgrind/properties/trial.h"

namespace gradgrind {

std::string without_floating_input(const Contract& contract);

/// NaN in one row of an input makes no NaN in another row of an output.
Verdict check_nan_in_its_row(Trial& trial);

/// NaN wherever an output has a slope gives NaN in an output, or a refusal in words.
Verdict check_nan_comes_out(Trial& trial);

}  // namespace gradgrind
