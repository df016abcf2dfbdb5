// What a fuzzer with --gradgrind_night=FOLDER left there (fuzz/support/night_log.h).
//
// Layer 4, faces. No LibTorch.
#pragma once

#include <optional>
#include <string>

#include "fuzz/nightly/slice.h"

namespace gradgrind::nightly {

/// Adds findings and counts to `result`. `begun`: seconds of the slice at which the fuzzer started.
/// The folder stays; whoever is killed before its findings are stored takes it in again.
void take_in_met(const std::string& target, const std::string& folder, double begun,
                 SliceResult& result);

/// The input that ran when the fuzzer ended; none where it left no such thing.
std::optional<std::string> current_input(const std::string& folder);

}  // namespace gradgrind::nightly
