#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "bench/fuzzing/campaign.h"
#include "bench/fuzzing/parts.h"
#include "bench/support/measure.h"

namespace bench {
namespace {

constexpr double kMostSeconds = 60;
constexpr double kFewer = 50;  // times as few executions as by hand

const std::vector<std::string> kLoaders = {
    "IdxPadsWithZeros",
    "IdxCountsInInt",
    "IdxForgetsFirst",
    "NpyTrustsHeaderLength",
    "NpyTransposesMatrices",
    "NpyInfersSizes",
    "CsvLetsRangeErrorsOut",
    "SafetensorsAllowsOverlaps",
    "SafetensorsMeasuresWholeFile",
    "SafetensorsAllocatesFirst",
    "RawForgetsTheRest",
    "BlockIgnoresChecksum",
};

std::string cell(const Outcome& outcome) {
  if (!outcome.found) return fmt::format("none in {}", outcome.executions);
  return fmt::format("{} ({:.1f} s)", outcome.executions, outcome.seconds);
}

// Of those that found it, of as many as sought it.
Outcome median_of(std::vector<Outcome> outcomes) {
  std::sort(outcomes.begin(), outcomes.end(), [](const Outcome& a, const Outcome& b) {
    return a.found != b.found ? a.found : a.executions < b.executions;
  });
  return outcomes[outcomes.size() / 2];
}

Campaign stock(const FuzzingOptions& options, const std::string& planted) {
  return {options.stock(), planted, {planted, std::to_string(options.seconds), "1"}};
}

}  // namespace

void measure_scoreboard(const FuzzingOptions& options, Rows& rows) {
  fmt::print("\n{:<30}{:>20}{:>24}{:>24}\n", "executions to the planted bug", "ours",
             "by hand, ASan", "stock RapidCheck");
  int in_time = 0;
  int fewer = 0;
  for (const std::string& planted : kLoaders) {
    constexpr unsigned kSeeds = 3;
    std::vector<Outcome> found;
    for (unsigned seed = 1; seed <= kSeeds; ++seed) {
      found.push_back(run(fuzzer(options.ours(), planted, seed, static_cast<int>(kMostSeconds))));
    }
    const Outcome ours = median_of(found);
    const auto [by_hand, stock_one] = run_both(
        fuzzer(options.by_hand_with_asan(), planted, 1, options.seconds), stock(options, planted));
    fmt::print("{:<30}{:>20}{:>24}{:>24}\n", planted, cell(ours), cell(by_hand), cell(stock_one));
    std::fflush(stdout);
    const bool is_in_time = ours.found && ours.seconds <= kMostSeconds;
    in_time += is_in_time ? 1 : 0;
    const bool is_fewer = !by_hand.found || kFewer * static_cast<double>(ours.executions) <=
                                                static_cast<double>(by_hand.executions);
    fewer += ours.found && is_fewer ? 1 : 0;
  }
  const auto count = static_cast<double>(kLoaders.size());
  rows.at_least(count, "planted bugs found within 60 s", in_time, "bugs");
  rows.at_least(count * 18 / 22, "found by hand with 50 times the executions, or not at all", fewer,
                "bugs");
}

}  // namespace bench
