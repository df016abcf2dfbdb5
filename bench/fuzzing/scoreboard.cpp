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

const std::vector<std::string> kPlanted = {
    // loaders
    "IdxPadsWithZeros", "IdxCountsInInt", "IdxForgetsFirst", "NpyTrustsHeaderLength",
    "NpyTransposesMatrices", "NpyInfersSizes", "CsvLetsRangeErrorsOut", "SafetensorsAllowsOverlaps",
    "SafetensorsMeasuresWholeFile", "SafetensorsAllocatesFirst", "RawForgetsTheRest",
    "BlockIgnoresChecksum",
    // maskers
    "inverted", "amount", "product", "gradient", "full_row", "added", "late", "finite", "wrong_dim",
    "off_by_one"};

// Of those that found it, of as many as sought it.
Outcome median_of(std::vector<Outcome> outcomes) {
  std::sort(outcomes.begin(), outcomes.end(), [](const Outcome& a, const Outcome& b) {
    return a.found != b.found ? a.found : a.executions < b.executions;
  });
  return outcomes[outcomes.size() / 2];
}

std::vector<Outcome> ours(const FuzzingOptions& options) {
  std::vector<Campaign> campaigns;
  for (const std::string& planted : kPlanted) {
    for (unsigned seed = 1; seed <= kSeeds; ++seed) {
      campaigns.push_back(fuzzer(options.ours(), planted, seed, static_cast<int>(kMostSeconds)));
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
std::uint64_t enough_for(const Outcome& ours) { return ours.found ? kFewer * ours.executions : 0; }

// By hand and stock RapidCheck in turns.
std::vector<Outcome> rivals(const FuzzingOptions& options, const std::vector<Outcome>& ours) {
  std::vector<Campaign> campaigns;
  for (std::size_t i = 0; i < kPlanted.size(); ++i) {
    const std::uint64_t runs = enough_for(ours[i]);
    campaigns.push_back(fuzzer(options.by_hand_with_asan(), kPlanted[i], 1, options.seconds, runs));
    campaigns.push_back(
        {options.stock(), kPlanted[i], {kPlanted[i], std::to_string(options.seconds), "1"}});
    if (runs > 0) campaigns.back().flags.push_back(std::to_string(runs));
  }
  return run_all(campaigns);
}

// Whether a rival ended for want of executions, not of time, is said: "none in 50 times as many".
std::string cell(const Outcome& rival, const Outcome& ours) {
  const std::uint64_t enough = enough_for(ours);
  const bool is_decided = !rival.found && enough > 0 && rival.executions >= enough;
  return is_decided ? fmt::format("none in {} = {} x ours", rival.executions, kFewer)
                    : to_text(rival);
}

}  // namespace

void measure_scoreboard(const FuzzingOptions& options, Rows& rows) {
  const std::vector<Outcome> found = ours(options);
  const std::vector<Outcome> others = rivals(options, found);
  fmt::print("\n{:<30}{:>20}{:>30}{:>30}\n", "executions to the planted bug", "ours",
             "by hand, ASan", "stock RapidCheck");
  int in_time = 0;
  int fewer = 0;
  for (std::size_t i = 0; i < kPlanted.size(); ++i) {
    const Outcome& by_hand = others[2 * i];
    fmt::print("{:<30}{:>20}{:>30}{:>30}\n", kPlanted[i], to_text(found[i]),
               cell(by_hand, found[i]), cell(others[2 * i + 1], found[i]));
    in_time += found[i].found && found[i].seconds <= kMostSeconds ? 1 : 0;
    const bool is_beaten = !by_hand.found || enough_for(found[i]) <= by_hand.executions;
    fewer += found[i].found && is_beaten ? 1 : 0;
  }
  std::fflush(stdout);
  rows.at_least(static_cast<double>(kPlanted.size()), "planted bugs found within 60 s", in_time,
                "bugs");
  rows.at_least(18, "found by hand with 50 times the executions, or not at all", fewer, "bugs");
}

}  // namespace bench
