// A slice of a night: one target fuzzed for a while, and everything that it met.
//
// Layer 4, faces. No LibTorch.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "fuzz/nightly/finding_store.h"
#include "fuzz/nightly/fuzz_manifest.h"
#include "fuzz/nightly/night.h"
#include "fuzz/nightly/triage.h"

namespace gradgrind::nightly {

/// The folders of a target under the night's.
struct TargetFolders {
  explicit TargetFolders(const std::string& folder)
      : corpus(folder + "/corpus"),
        seeds(folder + "/seeds"),
        met(folder + "/met"),
        artifacts(folder + "/artifacts") {}

  std::string corpus;
  std::string seeds;      ///< Copies of seeds and regressions that an engine can read.
  std::string met;        ///< What fuzzers that go on leave, a folder each.
  std::string artifacts;  ///< What fuzzers that ended leave.
};

/// A finding as it was met: how often, and when first, in seconds of the slice.
struct Meeting {
  StoredFinding finding;
  std::string input;  ///< Its bytes; empty where the store has them.
  std::int64_t times = 1;
  double seconds = 0;
};

struct SliceResult {
  double seconds = 0;
  std::int64_t executions = 0;
  std::int64_t features = 0;      ///< In all, at the end.
  std::int64_t new_features = 0;  ///< Met in this slice.
  std::int64_t corpus = 0;
  int deaths = 0;
  bool may_die = false;  ///< It did, or is known to: its inputs are to be run in children.
  std::vector<Meeting> met;
  std::map<std::string, DamageTally> damage;
  std::vector<std::string> folders;  ///< Where its fuzzers left all this.
  std::string problem;               ///< Why the target is not to be run again.
  std::vector<std::string> notes;    ///< What is worth saying and ends nothing.
};

/// Makes the folders, and copies seeds and regressions. Lines in `problems` for inputs that are
/// passed over.
void prepare(const FuzzerEntry& target, const TargetFolders& folders,
             std::vector<std::string>& problems);

struct SliceOptions {
  double seconds = 60;
  double start_seconds = 60;  ///< Until the first input has been run; after that it hangs.
  bool isolate = false;       ///< Inputs run in children.
};

/// Fuzzes for a while. Never throws for what the target does; UsageError where the disk refuses.
SliceResult run_slice(const FuzzerEntry& target, const TargetFolders& folders,
                      const SliceOptions& options, const ShouldStop& stop);

/// Takes in what a slice left that was interrupted; empty where there is nothing.
SliceResult take_in_leftovers(const FuzzerEntry& target, const TargetFolders& folders,
                              const ShouldStop& stop);

/// Removes what a slice left, once its findings are stored: until then a second start finds them.
void forget(const SliceResult& stored);

}  // namespace gradgrind::nightly
