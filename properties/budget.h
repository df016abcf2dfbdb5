// Sharing out a contract's seconds among its properties.
#pragma once

#include "gradgrind/properties/check.h"
#include "gradgrind/properties/trial.h"

namespace gradgrind {

/// Seconds that a case of `property` takes, by what the probe measured of a forward.
double case_seconds(const Property& property, const Probe& probe);

/// Seconds for `property` out of Settings::seconds, a pure function of the whole suite and of what
/// a forward costs: whichever properties run, in whatever order, each has the same share. 0: no
/// limit; negative: not even its least cases fit.
///
/// Shares are proportional to cost times planned cases. Where they would not pay for the least
/// cases of all, those with more least cases come first. A property is left out where a single
/// case would take more than a quarter of all seconds.
double share_of(const Contract& contract, const Suite& suite, const Property& property,
                const Settings& settings, const Probe& probe);

}  // namespace gradgrind
