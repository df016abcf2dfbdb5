// What the program `gradgrind` does, command by command. Each gives back the exit status;
// UsageError for what its user has to change.
//
// Layer 4, faces. No LibTorch.
#pragma once

#include <atomic>
#include <string>
#include <vector>

namespace gradgrind::nightly {

/// Which build, and where its nights lie. Empty members are looked for.
struct Place {
  std::string manifest;
  std::string folder;
};

/// The manifest: as named, ./gradgrind_fuzz.json, or the newest of build/ and build/*/. Throws
/// UsageError where there is none.
std::string manifest_of(const Place& place);
/// The folder of the nights: as named, or gradgrind/`name` beside the manifest.
std::string folder_of(const Place& place, const std::string& name = "nightly");

struct NightlyCommand {
  double seconds = 3600;
  double start_seconds = 60;
  int jobs = 0;
  std::vector<std::string> only;
  bool starts_anew = false;
  bool valid = false;
};
int run_nightly(const Place& place, const NightlyCommand& command, const std::atomic<bool>& stop);

enum class InputAction { replay, shrink, explain };

struct InputCommand {
  std::string file;
  std::string target;
};
/// Becomes the target's replay program.
int run_on_input(const Place& place, const InputCommand& command, InputAction action);

int run_list(const Place& place);

struct MergeCommand {
  std::vector<std::string> targets;
  std::string into;
};
int run_merge(const Place& place, const MergeCommand& command);

struct ReportCommand {
  std::string file;
  std::string into;
};
int run_report(const Place& place, const ReportCommand& command);

struct ExportCommand {
  std::string into;
  std::string project = "project";
  std::string repository = "https://example.com/project.git";
  std::vector<std::string> targets;
  bool only_fuzzers = false;
  bool hard_links = false;
};
int run_export(const Place& place, const ExportCommand& command);

}  // namespace gradgrind::nightly
