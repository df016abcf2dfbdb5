#include <fmt/format.h>

#include <vector>

#include "bench/fuzzing/campaign.h"
#include "bench/fuzzing/parts.h"
#include "bench/support/measure.h"

namespace bench {
namespace {

constexpr int kRounds = 3;

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

// Of processor time, the start of the program left out.
double speed(const std::string& program, const std::string& planted,
             const std::vector<std::string>& flags, std::uint64_t runs) {
  const auto seconds = [&](unsigned seed, std::uint64_t count) {
    Campaign campaign = fuzzer(program, planted, seed, 0, count);
    campaign.flags.insert(campaign.flags.end(), flags.begin(), flags.end());
    return run(campaign).cpu_seconds;
  };
  std::vector<double> speeds;
  for (unsigned seed = 1; seed <= kRounds; ++seed) {
    const double start = seconds(seed, 1);
    speeds.push_back(static_cast<double>(runs) / (seconds(seed, runs) - start));
  }
  return median(speeds);
}

}  // namespace

void measure_speed(const FuzzingOptions& options, Rows& rows) {
  for (const char* const format : {"csv", "safetensors"}) {
    const auto name = [&](const char* what) { return fmt::format("{}, {}", format, what); };
    const double by_hand = speed(options.by_hand(), format, {}, options.runs);
    const double off = speed(options.ours(), format, kAllOff, options.runs);
    const double operators = speed(options.ours(), format, kOperatorsOnly, options.runs);
    const double on = speed(options.ours(), format, {}, options.runs);
    const double asan = speed(options.ours_with_asan(), format, {}, options.runs / 2);
    rows.add(name("by hand"), by_hand, "inputs/s");
    rows.at_least(50000, name("levers on"), on, "inputs/s");
    rows.at_least(20000, name("levers on, AddressSanitizer"), asan, "inputs/s");
    rows.at_least(0.9, name("levers off"), off / by_hand, "times by hand");
    rows.at_least(0.7, name("operators on"), operators / by_hand, "times by hand");
  }
}

}  // namespace bench
