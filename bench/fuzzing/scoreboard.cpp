#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "bench/fuzzing/campaign.h"
#include "bench/fuzzing/parts.h"

namespace bench {
namespace {

constexpr double kMostSeconds = 60;
constexpr std::uint64_t kFewer = 50;  // times as few executions as by hand
constexpr std::size_t kSeeds = 3;     // of ours
// Fewer are not worth the start of a rival, and its own number is of interest.
constexpr std::uint64_t kLeastRuns = 20000;

const std::vector<std::string> kLoaders = {"IdxPadsWithZeros",
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
                                           "BlockIgnoresChecksum"};
const std::vector<std::string> kMaskers = {"inverted",  "amount",    "product", "gradient",
                                           "full_row",  "added",     "late",    "finite",
                                           "wrong_dim", "off_by_one"};

// Of those that found it, of as many as sought it.
Outcome median_of(std::vector<Outcome> outcomes) {
  std::sort(outcomes.begin(), outcomes.end(), [](const Outcome& a, const Outcome& b) {
    return a.found != b.found ? a.found : a.executions < b.executions;
  });
  return outcomes[outcomes.size() / 2];
}

std::vector<std::string> all_planted() {
  std::vector<std::string> all = kLoaders;
  all.insert(all.end(), kMaskers.begin(), kMaskers.end());
  return all;
}

std::vector<Outcome> ours(const FuzzingOptions& options) {
  std::vector<Campaign> campaigns;
  for (const std::string& planted : all_planted()) {
    for (unsigned seed = 1; seed <= kSeeds; ++seed) {
      campaigns.push_back(fuzzer(options.ours(), planted, seed, static_cast<int>(kMostSeconds)));
      // By hand each input is judged by all that the harness knows; so it is by ours.
      campaigns.back().flags.emplace_back("--gradgrind_lever_all_properties=on");
    }
  }
  const std::vector<Outcome> all = run_all(campaigns);
  std::vector<Outcome> medians;
  for (auto first = all.begin(); first != all.end(); first += kSeeds) {
    medians.push_back(median_of({first, first + kSeeds}));
  }
  return medians;
}

// A rival that needs more than that is beaten already: no longer is waited for it. 0: no bound.
std::uint64_t enough_for(const Outcome& ours) {
  return ours.found ? std::max(kLeastRuns, kFewer * ours.executions) : 0;
}

// By hand and stock RapidCheck in turns.
std::vector<Outcome> rivals(const FuzzingOptions& options, const std::vector<Outcome>& ours) {
  std::vector<Campaign> campaigns;
  const std::vector<std::string> planted = all_planted();
  for (std::size_t i = 0; i < planted.size(); ++i) {
    const std::uint64_t runs = enough_for(ours[i]);
    campaigns.push_back(fuzzer(options.by_hand_with_asan(), planted[i], 1, options.seconds, runs));
    campaigns.push_back(
        {options.stock(), planted[i], {planted[i], std::to_string(options.seconds), "1"}});
    if (runs > 0) campaigns.back().flags.push_back(std::to_string(runs));
  }
  return run_all(campaigns);
}

// A rival that was stopped for want of executions, not of time, is said to be.
std::string cell(const Outcome& rival, const Outcome& ours) {
  const bool is_stopped = !rival.found && ours.found && rival.executions >= enough_for(ours);
  if (!is_stopped) return to_text(rival);
  return fmt::format("none in {}, {} x ours", rival.executions, rival.executions / ours.executions);
}

bool is_beaten(const Outcome& rival, const Outcome& ours) {
  return ours.found && (!rival.found || kFewer * ours.executions <= rival.executions);
}

}  // namespace

void measure_scoreboard(const FuzzingOptions& options, Rows& rows) {
  const std::vector<std::string> planted = all_planted();
  const std::vector<Outcome> found = ours(options);
  const std::vector<Outcome> others = rivals(options, found);
  fmt::print("\n{:<30}{:>20}{:>32}{:>32}\n", "executions to the planted bug", "ours",
             "by hand, ASan", "stock RapidCheck");
  int in_time = 0;
  int fewer = 0;
  for (std::size_t i = 0; i < planted.size(); ++i) {
    const Outcome& by_hand = others[2 * i];
    fmt::print("{:<30}{:>20}{:>32}{:>32}\n", planted[i], to_text(found[i]), cell(by_hand, found[i]),
               cell(others[2 * i + 1], found[i]));
    in_time += found[i].found && found[i].seconds <= kMostSeconds ? 1 : 0;
    fewer += is_beaten(by_hand, found[i]) ? 1 : 0;
  }
  std::fflush(stdout);
  rows.at_least(static_cast<double>(planted.size()), "planted bugs found within 60 s", in_time,
                "bugs");
  rows.at_least(
      18, fmt::format("by hand with 50 times the executions, or not in {} s", options.seconds),
      fewer, "bugs");
}

}  // namespace bench
