// What a subject draws, against the distribution that its contract declares.
#pragma once

#include <string>

#include "gradgrind/properties/trial.h"

namespace gradgrind {

/// "no output is declared to be drawn, .draws(output, distribution)", or empty.
std::string without_draws(const Contract& contract);
/// Likewise of parameters and buffers, and where there are no fresh weights.
std::string without_initial_draws(const Contract& contract);

/// Forwards under other seeds give an output whose elements are independent draws of the declared
/// distribution, as far as 32,768 of them tell.
Verdict check_draws(Trial& trial);

/// Likewise of what the constructor writes into a parameter or buffer.
Verdict check_initial_draws(Trial& trial);

}  // namespace gradgrind
