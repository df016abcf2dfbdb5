#include <fmt/format.h>

#include <string>
#include <vector>

#include "bench/fuzzing/campaign.h"
#include "bench/fuzzing/parts.h"
#include "bench/support/measure.h"

namespace bench {
namespace {

constexpr unsigned kRounds = 5;

const std::vector<std::string> kAllOff = {
    "--gradgrind_lever_operators=off",   "--gradgrind_lever_values=off",
    "--gradgrind_lever_results=off",     "--gradgrind_lever_exceptions=off",
    "--gradgrind_lever_allocations=off", "--gradgrind_lever_mutator=off",
    "--gradgrind_lever_hostile_memory=0"};
// As all off, but with the operators; bytes are changed as by hand, so that inputs are alike.
const std::vector<std::string> kOperatorsOnly = {
    "--gradgrind_lever_values=off",     "--gradgrind_lever_results=off",
    "--gradgrind_lever_exceptions=off", "--gradgrind_lever_allocations=off",
    "--gradgrind_lever_mutator=off",    "--gradgrind_lever_hostile_memory=0"};

struct Contender {
  std::string program;
  std::vector<std::string> flags;
  std::uint64_t runs = 0;
};

// Inputs a second of processor time, the start of the program left out.
double speed(const Contender& contender, const std::string& planted, unsigned seed) {
  const auto seconds = [&](std::uint64_t count) {
    Campaign campaign = fuzzer(contender.program, planted, seed, 0, count);
    campaign.flags.insert(campaign.flags.end(), contender.flags.begin(), contender.flags.end());
    // Else inputs by hand are the shorter ones: libFuzzer lets lengths grow, but not beside a
    // mutator of the target's own.
    campaign.flags.push_back("-len_control=0");
    return run(campaign).cpu_seconds;
  };
  const double start = seconds(1);
  return static_cast<double>(contender.runs) / (seconds(contender.runs) - start);
}

}  // namespace

void measure_speed(const FuzzingOptions& options, Rows& rows) {
  for (const std::string format : {"csv", "safetensors"}) {
    const std::vector<Contender> contenders = {
        {options.by_hand(), {}, options.runs},
        {options.ours(), kAllOff, options.runs},
        {options.ours(), kOperatorsOnly, options.runs},
        {options.users(format), {}, options.runs},
        {options.users(format) + "_asan", {}, options.runs / 2}};
    // In turns, so that a machine whose speed wavers slows all alike.
    std::vector<std::vector<double>> speeds(contenders.size());
    std::vector<double> off;
    std::vector<double> operators;
    for (unsigned seed = 1; seed <= kRounds; ++seed) {
      for (std::size_t i = 0; i < contenders.size(); ++i) {
        speeds[i].push_back(speed(contenders[i], format, seed));
      }
      off.push_back(speeds[1].back() / speeds[0].back());
      operators.push_back(speeds[2].back() / speeds[0].back());
    }
    const auto name = [&](const char* what) { return fmt::format("{}, {}", format, what); };
    rows.add(name("by hand"), median(speeds[0]), "inputs/s");
    rows.at_least(50000, name("levers on"), median(speeds[3]), "inputs/s");
    rows.at_least(20000, name("levers on, AddressSanitizer"), median(speeds[4]), "inputs/s");
    rows.at_least(0.9, name("levers off"), median(off), "times by hand");
    rows.at_least(0.7, name("operators on"), median(operators), "times by hand");
  }
}

}  // namespace bench
