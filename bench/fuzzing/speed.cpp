#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/fuzzing/campaign.h"
#include "bench/fuzzing/parts.h"
#include "bench/support/measure.h"
#include "tests/generators/file_folder.h"

namespace bench {
namespace {

constexpr unsigned kRounds = 5;
constexpr unsigned kComparisons = 11;

const std::vector<std::string> kAllOff = {
    "--gradgrind_lever_operators=off",   "--gradgrind_lever_values=off",
    "--gradgrind_lever_results=off",     "--gradgrind_lever_exceptions=off",
    "--gradgrind_lever_allocations=off", "--gradgrind_lever_mutator=off",
    "--gradgrind_lever_hostile_memory=0"};
// As all off, but with the operators.
const std::vector<std::string> kOperatorsOnly = {
    "--gradgrind_lever_values=off",     "--gradgrind_lever_results=off",
    "--gradgrind_lever_exceptions=off", "--gradgrind_lever_allocations=off",
    "--gradgrind_lever_mutator=off",    "--gradgrind_lever_hostile_memory=0"};

// Else inputs by hand are the shorter ones: libFuzzer lets lengths grow, but not beside a mutator
// of the target's own.
constexpr char kAllLengths[] = "-len_control=0";

double cpu_seconds(Campaign campaign, const std::vector<std::string>& flags) {
  campaign.flags.insert(campaign.flags.end(), flags.begin(), flags.end());
  return run(campaign).cpu_seconds;
}

// Inputs a second of processor time, the start of the program left out.
double speed(const std::string& program, const std::string& planted, std::uint64_t runs,
             unsigned seed) {
  const auto seconds = [&](std::uint64_t count) {
    return cpu_seconds(fuzzer(program, planted, seed, 0, count), {kAllLengths});
  };
  const double start = seconds(1);
  return static_cast<double>(runs) / (seconds(runs) - start);
}

// The inputs that a campaign by hand keeps, for the same work to all: no two campaigns have inputs
// alike, and the speeds of two by hand differ by half.
class KeptInputs {
 public:
  KeptInputs(const FuzzingOptions& options, const std::string& planted, unsigned seed)
      : planted_(planted), seed_(seed) {
    cpu_seconds(fuzzer(options.by_hand(), planted, seed, 0, options.runs),
                {kAllLengths, folder_.path()});
    for (const std::string& name : folder_.names()) files_.push_back(folder_.path() + "/" + name);
    repeats_ = std::max<std::uint64_t>(2, options.runs / std::max<std::size_t>(1, files_.size()));
  }

  // Of processor time, the start of the program left out.
  double seconds(const std::string& program, const std::vector<std::string>& levers) const {
    return repeated(program, levers, repeats_) - repeated(program, levers, 1);
  }

 private:
  double repeated(const std::string& program, std::vector<std::string> flags,
                  std::uint64_t times) const {
    flags.insert(flags.end(), files_.begin(), files_.end());
    return cpu_seconds(fuzzer(program, planted_, seed_, 0, times), flags);
  }

  gradgrind::FileFolder folder_;
  std::string planted_;
  unsigned seed_;
  std::vector<std::string> files_;
  std::uint64_t repeats_ = 0;
};

// How often the speed by hand is reached over the same inputs, levers off and operators on.
void compare_with_hand(const FuzzingOptions& options, const std::string& format, Rows& rows) {
  std::vector<double> off;
  std::vector<double> operators;
  for (unsigned seed = 1; seed <= kComparisons; ++seed) {
    const KeptInputs inputs(options, format, seed);
    const double by_hand = inputs.seconds(options.by_hand(), {});
    off.push_back(by_hand / inputs.seconds(options.ours(), kAllOff));
    operators.push_back(by_hand / inputs.seconds(options.ours(), kOperatorsOnly));
  }
  rows.at_least(0.9, format + ", levers off", median(off), "times by hand");
  rows.at_least(0.7, format + ", operators on", median(operators), "times by hand");
}

}  // namespace

void measure_speed(const FuzzingOptions& options, Rows& rows) {
  struct Contender {
    std::string program;
    std::uint64_t runs;
  };
  for (const std::string format : {"csv", "safetensors"}) {
    const std::vector<Contender> contenders = {{options.by_hand(), options.runs},
                                               {options.users(format), options.runs},
                                               {options.users(format) + "_asan", options.runs / 2}};
    // In turns, so that a machine whose speed wavers slows all alike.
    std::vector<std::vector<double>> speeds(contenders.size());
    for (unsigned seed = 1; seed <= kRounds; ++seed) {
      for (std::size_t i = 0; i < contenders.size(); ++i) {
        speeds[i].push_back(speed(contenders[i].program, format, contenders[i].runs, seed));
      }
    }
    rows.add(format + ", by hand", median(speeds[0]), "inputs/s");
    rows.at_least(50000, format + ", levers on", median(speeds[1]), "inputs/s");
    rows.at_least(20000, format + ", levers on, AddressSanitizer", median(speeds[2]), "inputs/s");
    compare_with_hand(options, format, rows);
  }
}

}  // namespace bench
