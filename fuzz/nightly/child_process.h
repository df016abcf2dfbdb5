// A program that is run, heard, and ended in time, whatever it does.
//
// Layer 4, faces. No LibTorch.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace gradgrind::nightly {

struct ChildOptions {
  std::vector<std::string> command;  ///< The program's path first.
  double seconds = 60;               ///< After which it is killed.
  /// Given each line of what it prints, both streams together; of a line of more than 4 KiB the
  /// start.
  std::function<void(std::string_view line)> hear;
  /// Asked ten times a second; true ends the child.
  std::function<bool()> should_stop;
};

struct ChildEnd {
  std::string problem;      ///< Why it could not be started; empty: it was.
  int status = 0;           ///< Of its exit; -1 where a signal ended it.
  int signal = 0;           ///< That ended it, or 0.
  bool is_late = false;     ///< It was killed since its time was up,
  bool is_stopped = false;  ///< or since should_stop said so.
  double seconds = 0;
  std::uint64_t output_bytes = 0;
  std::string tail;  ///< The last 8 KiB of what it printed.
};

/// Runs the program in a process group of its own, all of which ends with it, and with this
/// process: also when that is killed. Its standard input is empty.
ChildEnd run_child(const ChildOptions& options);

}  // namespace gradgrind::nightly
