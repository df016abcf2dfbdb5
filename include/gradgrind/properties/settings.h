// Settings: in code, by environment variable and by command-line flag, under one name each.
//
// Layer 3, properties. The setting `seconds` is Settings::seconds, GRADGRIND_SECONDS and
// --gradgrind_seconds=10.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace gradgrind {

struct Settings {
  double scale = 1;        ///< Multiplies every property's number of cases. Above 0.
  std::uint64_t seed = 1;  ///< Of the case stream. The default is fixed, so runs repeat.
  double seconds = 60;     ///< Budget of a contract, shrinking left out. 0: none.
  /// Probability that chance fails any of a run's statistical checks of correct code. Above 0.
  double error_budget = 1e-6;
  int findings = 3;             ///< Distinct findings of one property before it stops looking.
  int shrink_runs = 2000;       ///< Runs that shrinking one finding may take.
  double shrink_seconds = 20;   ///< Seconds that it may take.
  int explain_runs = 200;       ///< Runs that finding out what matters in one finding may take.
  double explain_seconds = 10;  ///< Seconds that it may take.
  bool isolate = true;  ///< Run in a child process, so that a death of the subject is a finding.
  double hang_seconds = 20;  ///< A single forward, backward or build may take, before it counts as
                             ///< endless. Needs `isolate`.
  double memory_gb = 8;      ///< What the subject may allocate beyond the start. Needs `isolate`.
  std::string folder = "build/gradgrind";  ///< Where findings are stored.
  std::string regressions;  ///< Folder of case files that run first: <folder>/<contract>/*.
  std::string replay;       ///< Case file to replay instead of everything else, in this process.
  bool statistics = false;  ///< Print what was generated.
  int slowest = 0;          ///< Print this many of the slowest properties.
  bool progress = true;     ///< A progress line on a terminal when a property takes long.
};

/// One setting, for listings.
struct SettingInfo {
  std::string name;   ///< "seconds".
  std::string help;   ///< One line.
  std::string value;  ///< The default.
};
std::vector<SettingInfo> known_settings();

/// Sets one by name. Throws UsageError for an unknown name, listing the known ones, and for a text
/// that is no value of it, with the rule.
void apply_setting(Settings& settings, const std::string& name, const std::string& value);

/// The defaults changed by every GRADGRIND_* environment variable. Throws as apply_setting().
Settings settings_from_environment();

/// Takes every --gradgrind_name=value out of the arguments and applies it. Throws as
/// apply_setting(). A flag `--gradgrind_name` alone stands for true.
void apply_flags(Settings& settings, int* argc, char** argv);

/// The settings of this process: those of the environment, until set_settings().
const Settings& process_settings();
void set_settings(const Settings& settings);

}  // namespace gradgrind
