// A GoogleTest program in a night: its properties with a fresh seed.
//
// Layer 4, faces. No LibTorch.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "fuzz/nightly/finding_store.h"
#include "fuzz/nightly/fuzz_manifest.h"
#include "fuzz/nightly/triage.h"

namespace gradgrind::nightly {

struct SuiteResult {
  double seconds = 0;
  std::int64_t tests = 0;
  std::vector<StoredFinding> failures;  ///< One for each failed test; the report is its message.
  std::string problem;                  ///< Why it did not run to its end.
};

/// Runs the program once, with --gradgrind_seed=`seed`, for at most `seconds`.
SuiteResult run_suite(const SuiteEntry& suite, std::uint64_t seed, double seconds,
                      const ShouldStop& stop);

}  // namespace gradgrind::nightly
