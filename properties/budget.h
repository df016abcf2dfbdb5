// Sharing out a contract's seconds among its properties.
#pragma once

#include "gradgrind/properties/check.h"

namespace gradgrind {

/// Seconds for `property` out of Settings::seconds, a pure function of the whole suite and of what
/// a forward costs: whichever properties run, in whatever order, each has the same share. 0: no
/// limit; negative: not even its least cases fit.
///
/// Shares are proportional to cost times planned cases. Where they would not pay for the least
/// cases of all, those with more least cases come first.
double share_of(const Contract& contract, const Suite& suite, const Property& property,
                const Settings& settings, double forward_seconds);

}  // namespace gradgrind
