// One run of a fuzzer, and what became of it.
#pragma once

#include <cstdint>
#include <functional>
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

/// Runs them two at a time, a core each; outcomes in their order. Says on the standard error what
/// became of each.
std::vector<Outcome> run_all(const std::vector<Campaign>& campaigns);

/// Calls work(0) .. work(count - 1), two at a time.
void two_at_a_time(std::size_t count, const std::function<void(std::size_t)>& work);

/// "1234 (5.6 s)", or "none in 1234".
std::string to_text(const Outcome& outcome);

}  // namespace bench
