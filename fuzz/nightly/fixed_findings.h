// Findings that do not fail any more become regressions.
//
// Layer 4, faces. No LibTorch.
#pragma once

#include <string>
#include <vector>

#include "fuzz/nightly/night_state.h"

namespace gradgrind::nightly {

/// Runs the stored findings of a target again, until `stop`. One that passes is written to the
/// target's regressions, unless it was only slow, and leaves the store. Gives back the signatures
/// of those.
std::vector<std::string> promote_fixed(const FuzzerEntry& target, NightState& state,
                                       const ShouldStop& stop);

}  // namespace gradgrind::nightly
