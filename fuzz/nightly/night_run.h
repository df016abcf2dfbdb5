// A night: all targets of a build, within a budget, until what was found lies in a report.
//
// Layer 4, faces. No LibTorch.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "fuzz/nightly/night.h"

namespace gradgrind::nightly {

struct NightOptions {
  std::string manifest;            ///< gradgrind_fuzz.json of a build.
  std::string folder;              ///< What the night keeps: corpora, findings, its state, reports.
  double seconds = 3600;           ///< The budget, in wall-clock time, all in all.
  double start_seconds = 60;       ///< A target that runs no input for so long hangs at its start.
  int jobs = 0;                    ///< Targets at once; 0: as many as there are cores for it.
  std::vector<std::string> only;   ///< Names, `*` stands for any text; empty: all.
  bool starts_anew = false;        ///< An interrupted night is not gone on with.
  std::vector<std::string> flags;  ///< What fuzzers and replays are given besides.
  std::function<void(const std::string& line)> say;  ///< Progress, line by line.
  const std::atomic<bool>* stop = nullptr;           ///< Set: the night ends, with its report.
};

/// Runs a night, or goes on with one that was interrupted; its reports lie in folder/report then.
/// Throws UsageError where no target can be run, another night has the folder, or the disk refuses.
Night run_night(const NightOptions& options);

/// 0: no finding but known ones; 1: others; 3: none, but a target or a suite could not run.
int exit_status(const Night& night);

}  // namespace gradgrind::nightly
