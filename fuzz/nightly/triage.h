// From a failing input to what is known of it, through the target's replay program.
//
// Layer 4, faces. No LibTorch.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "fuzz/nightly/finding_store.h"
#include "fuzz/nightly/fuzz_manifest.h"

namespace gradgrind::nightly {

using ShouldStop = std::function<bool()>;

/// Verdicts that the engine's process gives, and not the replay: a clock ran out, or a fresh
/// process passes the input.
inline constexpr char kSlowVerdict[] = "slow";
inline constexpr char kNonDeterministicVerdict[] = "non-deterministic";

/// What the replay program says of one input.
struct Replayed {
  std::string problem;  ///< Why it says nothing: it cannot be started, hangs, prints no answer.
  bool fails = false;
  std::string verdict;
  std::string signature;
  std::string report;
  std::string summary;
};

/// Runs `input` again, in a fresh process. Costs the start of a LibTorch process.
Replayed replayed(const FuzzerEntry& target, const std::string& input, const ShouldStop& stop);

/// What an artefact of the engine ("crash-...", "timeout-...", "oom-...") is. One that does not
/// fail again is reported as that. None for one that cannot be read, for inputs that were slow, and
/// for those that ran out of time and end in time in a fresh process. Where `stop` has come true,
/// the answer may be cut short and is worth nothing.
std::optional<StoredFinding> finding_of_artifact(const FuzzerEntry& target,
                                                 const std::string& artifact,
                                                 const ShouldStop& stop);

/// Shrinks and explains a stored finding, and stores the outcome. Gives back a problem, or "". A
/// minute at most.
std::string shrink_stored(const FuzzerEntry& target, const StoredFinding& found,
                          FindingStore& store, const ShouldStop& stop);

}  // namespace gradgrind::nightly
