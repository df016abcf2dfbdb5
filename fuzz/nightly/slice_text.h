// What a running night says of one of its slices.
//
// Layer 4, faces. No LibTorch.
#pragma once

#include <string>
#include <vector>

#include "fuzz/nightly/fuzz_manifest.h"
#include "fuzz/nightly/slice.h"

namespace gradgrind::nightly {

/// A line for a slice of `target`, and one for each of the signatures `fresh`, which the night met
/// in it for the first time; `share` of the night is over, in [0, 1].
std::vector<std::string> slice_lines(const FuzzerEntry& target, const SliceResult& slice,
                                     const std::vector<std::string>& fresh, double share);

}  // namespace gradgrind::nightly
