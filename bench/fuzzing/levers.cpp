#include <fmt/format.h>

#include <functional>
#include <string>
#include <vector>

#include "bench/fuzzing/campaign.h"
#include "bench/fuzzing/parts.h"
#include "bench/support/measure.h"

namespace bench {
namespace {

// A lever, where its cost is measured, and the bug that it makes quick to find.
struct Lever {
  const char* name;
  const char* on;
  const char* off;
  const char* costs_at;
  const char* planted;  // null: what it gains is measured elsewhere
};

constexpr Lever kLevers[] = {
    {"operators", "on", "off", "csv", "power"},
    {"values", "on", "off", "csv", "number"},
    {"results", "on", "off", "csv", "sizes"},
    {"exceptions", "on", "off", "csv", "type"},
    {"allocations", "on", "off", "csv", "growing"},
    {"cheap_errors", "on", "off", "refused", "type"},
    {"mutator", "on", "off", "csv", "BlockIgnoresChecksum"},
    {"hostile_memory", "64", "0", "csv", "unwritten"},
    {"isolate", "on", "off", "csv", nullptr},
};
constexpr char kBridged[] = "three_constants";
constexpr int kBridgedTimes = 3;  // Three constants of four bytes take their time.

Campaign switched(Campaign campaign, const Lever& lever, bool is_on) {
  campaign.flags.push_back(
      fmt::format("--gradgrind_lever_{}={}", lever.name, is_on ? lever.on : lever.off));
  // Files alone, and no tapes: what is allocated follows from bytes one by one.
  if (campaign.planted == "growing") campaign.flags.emplace_back("--gradgrind_lever_mutator=off");
  // The values of each result tell how many products there are, too.
  if (campaign.planted == "power") campaign.flags.emplace_back("--gradgrind_lever_values=off");
  return campaign;
}

// Campaigns with a lever on, then as many with it off.
struct Comparison {
  std::string lever;
  std::string planted;
  std::vector<Campaign> on;
  std::vector<Campaign> off;
};

Comparison comparison_of(const FuzzingOptions& options, const Lever& lever) {
  Comparison comparison{lever.name, lever.planted, {}, {}};
  for (int seed = 1; seed <= options.seeds; ++seed) {
    const Campaign campaign =
        fuzzer(options.ours(), lever.planted, static_cast<unsigned>(seed), options.lever_seconds);
    comparison.on.push_back(switched(campaign, lever, true));
    comparison.off.push_back(switched(campaign, lever, false));
  }
  return comparison;
}

Campaign bridged(const FuzzingOptions& options, int seed, int seconds, std::uint64_t runs = 0) {
  Campaign campaign =
      fuzzer(options.bridge(), kBridged, static_cast<unsigned>(seed), seconds, runs);
  campaign.flags.emplace_back("-use_value_profile=1");
  return campaign;
}

Campaign stock(const FuzzingOptions& options, int seed, int seconds, std::uint64_t runs = 0) {
  Campaign campaign{
      options.stock(), kBridged, {kBridged, std::to_string(seconds), std::to_string(seed)}};
  if (runs > 0) campaign.flags.push_back(std::to_string(runs));
  return campaign;
}

// Off is RapidCheck with numbers of its own.
Comparison comparison_of_bridge(const FuzzingOptions& options) {
  Comparison comparison{"bridge to RapidCheck", kBridged, {}, {}};
  for (int seed = 1; seed <= options.seeds; ++seed) {
    comparison.on.push_back(bridged(options, seed, kBridgedTimes * options.lever_seconds));
    comparison.off.push_back(stock(options, seed, kBridgedTimes * options.lever_seconds));
  }
  return comparison;
}

// Executions and seconds until the bug; where it is not found, as many as there were.
void add_gain(const Comparison& of, const char* state, const std::vector<Outcome>& outcomes,
              Rows& rows) {
  std::vector<double> executions;
  std::vector<double> seconds;
  int found = 0;
  for (const Outcome& outcome : outcomes) {
    executions.push_back(static_cast<double>(outcome.executions));
    seconds.push_back(outcome.seconds);
    found += outcome.found ? 1 : 0;
  }
  const std::string name = fmt::format("{}: to {}, {}, {} of {} found", of.lever, of.planted, state,
                                       found, outcomes.size());
  rows.add(name, median(executions), "executions");
  rows.add(name, median(seconds), "s");
}

void add_gains(const Comparison& comparison, Rows& rows) {
  std::vector<Campaign> all = comparison.on;
  all.insert(all.end(), comparison.off.begin(), comparison.off.end());
  const std::vector<Outcome> outcomes = run_all(all);
  const auto middle = outcomes.begin() + static_cast<std::ptrdiff_t>(comparison.on.size());
  add_gain(comparison, "on", {outcomes.begin(), middle}, rows);
  add_gain(comparison, "off", {middle, outcomes.end()}, rows);
}

// Executions a second, the start of the program left out, on by off: both run at once, so that a
// busy machine slows both. Programs are given seconds and runs, 0 for no bound.
using Program = std::function<Campaign(int seconds, std::uint64_t runs)>;

void add_cost(const FuzzingOptions& options, const std::string& name, const Program& on,
              const Program& off, Rows& rows) {
  const int seconds = options.lever_seconds;
  const std::vector<Outcome> outcomes =
      run_all({on(seconds, 0), off(seconds, 0), on(seconds, 1), off(seconds, 1)});
  const auto speed = [&](std::size_t i) {
    return static_cast<double>(outcomes[i].executions) /
           (outcomes[i].seconds - outcomes[i + 2].seconds);
  };
  rows.add(name + ", on / off", speed(0) / speed(1), "times");
}

void measure_bridge(const FuzzingOptions& options, Rows& rows) {
  const Program on = [&](int seconds, std::uint64_t runs) {
    return bridged(options, 1, seconds, runs);
  };
  const Program off = [&](int seconds, std::uint64_t runs) {
    return stock(options, 1, seconds, runs);
  };
  add_cost(options, fmt::format("bridge to RapidCheck: speed at {}", kBridged), on, off, rows);
  add_gains(comparison_of_bridge(options), rows);
}

}  // namespace

std::vector<std::string> lever_names() {
  std::vector<std::string> names = {"bridge"};
  for (const Lever& lever : kLevers) names.emplace_back(lever.name);
  return names;
}

void measure_levers(const FuzzingOptions& options, Rows& rows) {
  const auto is_wanted = [&](const std::string& lever) {
    return options.lever.empty() || options.lever == lever;
  };
  for (const Lever& lever : kLevers) {
    if (!is_wanted(lever.name)) continue;
    const Program on = [&](int seconds, std::uint64_t runs) {
      return switched(fuzzer(options.ours(), lever.costs_at, 1, seconds, runs), lever, true);
    };
    const Program off = [&](int seconds, std::uint64_t runs) {
      return switched(fuzzer(options.ours(), lever.costs_at, 1, seconds, runs), lever, false);
    };
    add_cost(options, fmt::format("{}: speed at {}", lever.name, lever.costs_at), on, off, rows);
    if (lever.planted != nullptr) add_gains(comparison_of(options, lever), rows);
  }
  if (is_wanted("bridge")) measure_bridge(options, rows);
  if (is_wanted("isolate")) measure_isolation(options, rows);
}

}  // namespace bench
