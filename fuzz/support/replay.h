// Runs stored inputs again: what every build does with every corpus.
#pragma once

#include <functional>
#include <optional>
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

struct ReplayResult {
  int inputs = 0;
  /// Path and reason: a report, how the process died, or why the file could not be read.
  std::vector<std::pair<std::string, std::string>> failures;
  std::vector<std::string> missing;  ///< Folders that are not there.
};

/// Gives back why an input fails.
using Judge = std::function<std::optional<std::string>(Bytes input)>;

/// Runs the files, and those under the folders, in the order of their names. Links are not
/// followed. In children, unless `here`: one that dies or hangs ends the child, not the replay.
ReplayResult replay(const std::vector<std::string>& paths, const Judge& judge,
                    const ReplayOptions& options);

/// The whole content of a regular file. Throws UsageError with the path and the reason; files of
/// more than 64 MiB are no inputs.
std::string read_input(const std::string& path);

}  // namespace gradgrind::fuzz
