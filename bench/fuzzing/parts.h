// The parts of the bench, and what they share.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/support/rows.h"

namespace bench {

struct FuzzingOptions {
  int seconds = 20;             ///< For each bug and rival.
  int class_seconds = 10;       ///< For each format.
  int lever_seconds = 10;       ///< For each bug that a lever helps to find.
  int storm_seconds = 30;       ///< For a reader that dies at many sites.
  std::uint64_t runs = 200000;  ///< Of a measured speed.
  int seeds = 10;               ///< Of which a median is taken.
  std::string lever;            ///< The only one of lever_names() that is measured; empty: all.
  std::string folder;           ///< That holds the programs.

  std::string ours() const { return folder + "/gradgrind_bench_planted"; }
  std::string by_hand() const { return folder + "/gradgrind_bench_by_hand"; }
  std::string by_hand_with_asan() const { return folder + "/gradgrind_bench_by_hand_asan"; }
  /// The target that ships for a loader of that format.
  std::string users(const std::string& format) const {
    return folder + "/gradgrind_bench_users_" + format;
  }
  std::string storm() const { return folder + "/gradgrind_bench_storm"; }
  std::string bridge() const { return folder + "/gradgrind_bench_three_constants"; }
  std::string stock() const { return folder + "/gradgrind_bench_stock_rapidcheck"; }
};

/// Executions a second of processor time.
void measure_speed(const FuzzingOptions& options, Rows& rows);
/// Those of the fuzzers, and "bridge", that to RapidCheck.
std::vector<std::string> lever_names();
/// What each lever costs, and what it gains.
void measure_levers(const FuzzingOptions& options, Rows& rows);
/// What `isolate` gains: sites at which one reader dies that are met in a fixed time, on and off.
void measure_isolation(const FuzzingOptions& options, Rows& rows);
/// Executions and seconds to each planted bug.
void measure_scoreboard(const FuzzingOptions& options, Rows& rows);
/// How many of the classes of damage that apply to a format are exercised.
void measure_classes(const FuzzingOptions& options, Rows& rows);

}  // namespace bench
