// Runs stored inputs again: what every build does with every corpus.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "gradgrind/fuzz/target.h"

namespace gradgrind::fuzz {

struct ReplayOptions {
  bool here = false;     ///< In this process, so that a debugger stops at the fault.
  double seconds = 10;   ///< One input may take, before it counts as endless.
  double memory_gb = 4;  ///< The code under test may allocate beyond the start.
};

/// An input that fails.
struct ReplayedFailure {
  std::string path;
  Failure failure;
};

struct ReplayResult {
  int inputs = 0;
  std::vector<ReplayedFailure> failures;
  std::vector<std::pair<std::string, std::string>> unreadable;  ///< Path and reason.
  std::vector<std::string> missing;                             ///< Folders that are not there.
};

/// Runs the files, and those under the folders, in the order of their names. Links are not
/// followed. In children, unless `here`: one that dies or hangs ends the child, not the replay.
ReplayResult replay(const std::vector<std::string>& paths, Target& target,
                    const ReplayOptions& options);

/// The whole content of a regular file. Throws UsageError with the path and the reason; files of
/// more than 64 MiB are no inputs.
std::string read_input(const std::string& path);

}  // namespace gradgrind::fuzz
