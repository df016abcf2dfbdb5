// What all reports of a night say alike: its counts and its headline.
//
// Layer 4, faces. No LibTorch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "fuzz/nightly/night.h"

namespace gradgrind::nightly {

const char* name(FindingState state);
const char* name(TargetKind kind);

/// "new, of an earlier night" where the state alone would hide it.
std::string life_of(const NightFinding& finding);

std::vector<const NightFinding*> findings_in(const Night& night, FindingState state);
/// By name, which findings carry.
std::vector<const NightFinding*> findings_of(const Night& night, const TargetNight& target);
/// Findings of targets that the night does not list: of an earlier manifest.
std::vector<const NightFinding*> findings_of_no_target(const Night& night);

/// Whether it never ran; one that was given up did.
bool could_not_run(const TargetNight& target);
/// Without overflow: the largest number where it would be larger.
std::int64_t sum_of(std::int64_t a, std::int64_t b);
/// Coverage at its end.
std::int64_t features_of(const TargetNight& target);
/// Classes of corruption that inputs were made of, and all that apply. A valid file is no class.
struct ClassCount {
  int exercised = 0;
  int all = 0;
};
ClassCount classes_of(const TargetNight& target);

/// Whether its input is one that a person takes in at a glance: 64 bytes at most, or a valid file
/// with no more than three edits.
bool is_small(const NightFinding& finding);

struct NightFacts {
  std::int64_t executions = 0;
  std::int64_t corpus = 0;
  std::int64_t deaths = 0;
  std::size_t fresh = 0;
  std::size_t fresh_before = 0;  ///< Of `fresh`, those of an earlier night.
  std::size_t known = 0;
  std::size_t fixed = 0;
  std::size_t inputs = 0;           ///< Of findings that are not fixed; a suite's have none.
  std::size_t small_inputs = 0;     ///< Of `inputs`, those that are small.
  std::size_t failing_targets = 0;  ///< With a new finding.
  std::size_t not_run = 0;
};
NightFacts facts_of(const Night& night);

/// "3 new findings in 2 targets".
std::string findings_headline(const Night& night);
/// "27 targets ran 8 h 0 min on 2 cores, 2 could not run".
std::string run_headline(const Night& night);

}  // namespace gradgrind::nightly
