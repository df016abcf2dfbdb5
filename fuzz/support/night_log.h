// What a fuzzer that goes on after findings leaves for whoever started it.
//
// In the folder of --gradgrind_night=FOLDER: findings/<key>/{input,finding.json}, one for each
// signature, complete or not there at all; status/<process>.json, the counts, each second; and
// current, the input that runs: eight bytes of size, then the input. A process that is killed, or
// hangs in its own handlers, leaves no other trace of it.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include "gradgrind/fuzz/target.h"

namespace gradgrind::fuzz {

/// 16 hexadecimal digits for a signature: the name of its folder.
std::string key_of(const std::string& signature);

class NightLog {
 public:
  /// Throws UsageError where the folder cannot be written.
  explicit NightLog(std::string folder);

  /// Whether a failure of that signature was met by this process.
  bool has_met(const std::string& signature) const { return met_.count(signature) > 0; }
  /// Keeps the first input of each signature, and any smaller one; counts all.
  void meet(const Failure& failure, Bytes input);
  /// Counts an input of a class of damage.
  void count_damage(const std::string& name, bool is_accepted);
  /// Before each input; costs a copy of it. The first MiB of a longer one.
  void input_begins(Bytes input);
  /// After each input. Writes the status where the last is a second old.
  void input_done();
  void write_status();

 private:
  struct Met {
    std::int64_t times = 0;
    std::size_t smallest = 0;  ///< Size of the input that is kept.
    double seconds = 0;        ///< Since the start, until the first.
  };
  struct Damage {
    std::int64_t inputs = 0;
    std::int64_t accepted = 0;
  };

  double seconds() const;
  void keep(const Failure& failure, Bytes input) const;

  std::string folder_;
  std::string status_file_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  double written_ = 0;
  std::int64_t inputs_ = 0;
  char* current_ = nullptr;  ///< The mapped file; null where it cannot be had.
  std::map<std::string, Met> met_;
  std::map<std::string, Damage> damage_;
};

/// Takes --gradgrind_night=FOLDER out of the arguments; the log of this process is there then.
void apply_night_flag(int* argc, char** argv);

/// The log of this process, or null: no night.
NightLog* night_log();

}  // namespace gradgrind::fuzz
