// What a night knows while it runs, for its threads, and on the disk for a second start.
//
// Layer 4, faces. No LibTorch.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "fuzz/nightly/finding_store.h"
#include "fuzz/nightly/fuzz_manifest.h"
#include "fuzz/nightly/night.h"
#include "fuzz/nightly/slice.h"
#include "fuzz/nightly/suite_run.h"

namespace gradgrind::nightly {

/// Safe for use by several threads, but for the constructor.
class NightState {
 public:
  /// Starts a night, or goes on with `interrupted`.
  NightState(std::string folder, Night night);

  /// Seconds since the night began, without those in which nothing ran.
  double elapsed() const;
  double seconds_of(const std::string& target) const;
  double budget() const { return night_.budget; }
  int starts() const { return night_.starts; }

  /// Takes in a slice: stores its findings, counts, adds to the curves. Gives back the signatures
  /// that nobody has met before. Throws UsageError where the disk refuses.
  std::vector<std::string> take_in(const FuzzerEntry& target, SliceResult slice);
  std::vector<std::string> take_in(const SuiteEntry& suite, const SuiteResult& result);
  /// A stored finding whose input does not fail any more.
  void note_fixed(const StoredFinding& found, const std::string& regression);
  void note_problem(const std::string& text);
  void give_up(const std::string& target, const std::string& problem);
  /// Stored findings of the target that are not shrunk yet.
  std::vector<StoredFinding> unshrunk(const std::string& target);
  FindingStore& store() { return store_; }

  /// Writes what a second start needs.
  void save();
  /// The night as its reports show it.
  Night finished(const std::vector<FuzzerEntry>& targets, const std::vector<SuiteEntry>& suites);

 private:
  struct Meetings {
    std::int64_t times = 0;
    double first = -1;  ///< Seconds of the night.
    bool is_new = false;
  };

  TargetNight& target_of(const std::string& name, TargetKind kind);
  bool meet(const StoredFinding& found, const std::string& input, std::int64_t times,
            double seconds);
  void add_samples(TargetNight& target, std::int64_t features);
  void save_locked();

  std::string folder_;
  FindingStore store_;
  Night night_;
  double elapsed_before_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::map<std::string, Meetings> meetings_;  ///< By signature.
  std::map<std::string, std::set<std::string>> signatures_of_;
  mutable std::mutex mutex_;
};

}  // namespace gradgrind::nightly
