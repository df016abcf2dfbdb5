#include <fmt/format.h>

#include <string>
#include <vector>

#include "bench/fuzzing/campaign.h"
#include "bench/fuzzing/parts.h"
#include "bench/support/measure.h"

namespace bench {
namespace {

// A lever, where its cost is measured, and the bug that it helps to find.
struct Lever {
  const char* name;
  const char* off;
  const char* costs_at;
  const char* planted;
};

constexpr Lever kLevers[] = {
    {"operators", "off", "csv", "sum"},
    {"values", "off", "csv", "sum"},
    {"results", "off", "csv", "NpyTransposesMatrices"},
    {"exceptions", "off", "csv", "unpickler"},
    {"allocations", "off", "csv", "IdxCountsInInt"},
    {"cheap_errors", "off", "unpickler", "unpickler"},
    {"mutator", "off", "csv", "BlockIgnoresChecksum"},
    {"hostile_memory", "0", "csv", "NpyTrustsHeaderLength"},
};

std::string switched_off(const Lever& lever) {
  return fmt::format("--gradgrind_lever_{}={}", lever.name, lever.off);
}

// Executions until the bug; where it is not found, as many as there were.
double executions(const FuzzingOptions& options, const Lever& lever, bool is_on, int& found) {
  std::vector<double> counts;
  found = 0;
  for (int seed = 1; seed <= options.seeds; seed += 2) {
    const auto campaign = [&](int number) {
      Campaign one = fuzzer(options.ours(), lever.planted, static_cast<unsigned>(number),
                            options.class_seconds);
      if (!is_on) one.flags.push_back(switched_off(lever));
      return one;
    };
    const auto [one, other] = run_both(campaign(seed), campaign(seed + 1));
    for (const Outcome& outcome : {one, other}) {
      found += outcome.found ? 1 : 0;
      counts.push_back(static_cast<double>(outcome.executions));
    }
  }
  return median(counts);
}

// Executions a second of processor time while nothing is found.
double speed(const FuzzingOptions& options, const Lever& lever, bool is_on) {
  Campaign campaign = fuzzer(options.ours(), lever.costs_at, 1, 0, options.runs / 10);
  if (!is_on) campaign.flags.push_back(switched_off(lever));
  const Outcome outcome = run(campaign);
  return static_cast<double>(outcome.executions) / outcome.cpu_seconds;
}

}  // namespace

void measure_levers(const FuzzingOptions& options, Rows& rows) {
  for (const Lever& lever : kLevers) {
    const double ratio = speed(options, lever, true) / speed(options, lever, false);
    rows.add(fmt::format("{}: speed at {}, on / off", lever.name, lever.costs_at), ratio, "times");
    int found_on = 0;
    int found_off = 0;
    const double on = executions(options, lever, true, found_on);
    const double off = executions(options, lever, false, found_off);
    rows.add(fmt::format("{}: to {}, on, {} found", lever.name, lever.planted, found_on), on,
             "executions");
    rows.add(fmt::format("{}: to {}, off, {} found", lever.name, lever.planted, found_off), off,
             "executions");
  }
}

}  // namespace bench
