// One run of a fuzzer, and what became of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bench {

struct Campaign {
  std::string program;
  std::string planted;  ///< What the program is to fuzz: its PLANTED.
  std::vector<std::string> flags;
};

struct Outcome {
  bool found = false;
  std::uint64_t executions = 0;
  double seconds = 0;      ///< Wall clock, the start of the program among them.
  double cpu_seconds = 0;  ///< Processor time of the program.
};

/// A libFuzzer that stops after `seconds`, or after `runs` where that is not 0.
Campaign fuzzer(const std::string& program, const std::string& planted, unsigned seed, int seconds,
                std::uint64_t runs = 0);

/// Runs it in an empty folder, which is gone afterwards. Exits where the program cannot be run or
/// does not say how many inputs it executed.
Outcome run(const Campaign& campaign);

/// Runs both at a time.
std::pair<Outcome, Outcome> run_both(const Campaign& one, const Campaign& other);

}  // namespace bench
