// What a night leaves behind: all that its reports show, as data.
//
// Layer 4, faces. No LibTorch: the program that drives the targets does not link it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace gradgrind::nightly {

/// Where a finding stands in its life.
enum class FindingState : std::uint8_t {
  fresh,  ///< Found this night, or before, and nobody has said anything about it. Printed "new".
  known,  ///< Listed with a reason: counted and passed by.
  fixed,  ///< Its input does not fail any more; it becomes a regression.
};

/// One cause, as far as can be told, with the smallest input that shows it.
struct NightFinding {
  std::string target;
  std::string verdict;    ///< "differs", "partial", "dies", "hangs", ...
  std::string signature;  ///< Equal for inputs that fail from one cause.
  FindingState state = FindingState::fresh;
  bool is_from_this_night = false;  ///< First met in it.
  std::string reason;               ///< Of a known one: why it is, and what ends it.
  std::string summary;              ///< One line: "a valid file with 1 edit: dims[1] 3 -> 2^32".
  std::string report;               ///< For people, several lines, plain text.
  std::string input;                ///< Path of the smallest input.
  std::uint64_t input_bytes = 0;
  std::string replay;           ///< The command that shows it again.
  std::int64_t times_met = 0;   ///< In this night.
  double seconds_to_first = 0;  ///< Of this night until it was met; negative: it was not.
  std::string first_seen;       ///< "2026-11-23 02:10:05", UTC.
  std::string source;           ///< "csv.cpp:41" of the user's code, else of the target; or empty.
};

/// A point of a target's curves, or of the whole night's.
struct Sample {
  double seconds = 0;  ///< Since the night began.
  std::int64_t executions = 0;
  std::int64_t features = 0;  ///< Coverage, ours and the compiler's, as the engine counts it.
  std::int64_t findings = 0;  ///< Distinct ones met so far.
};

/// One class of corruption, over the night.
struct DamageTally {
  std::string name;  ///< "payload cut"; "valid file" for none.
  std::int64_t inputs = 0;
  std::int64_t accepted = 0;
  std::int64_t refused = 0;
};

enum class TargetKind : std::uint8_t { fuzzer, suite };

/// What became of one target, or of one suite of tests.
struct TargetNight {
  std::string name;
  TargetKind kind = TargetKind::fuzzer;
  double seconds = 0;  ///< Of one core that it was given.
  std::int64_t executions = 0;
  double executions_per_second = 0;
  std::int64_t corpus = 0;  ///< Inputs in its corpus at the end.
  int deaths = 0;           ///< Of its process.
  std::string problem;      ///< Why it could not run, or why it was given up. Empty: it ran.
  std::vector<Sample> curve;
  std::vector<DamageTally> damage;  ///< Of a loader with a described format.
};

struct Night {
  std::string started;  ///< "2026-11-23 02:00:00", UTC.
  double seconds = 0;   ///< It took.
  double budget = 0;    ///< It was given, in seconds.
  int cores = 0;
  int starts = 1;                     ///< More than one: it was interrupted, and went on.
  std::vector<std::string> versions;  ///< "Gradgrind 0.1.0", "LibTorch 1.13.1", "clang 14.0.6", ...
  std::vector<TargetNight> targets;   ///< In the order of the manifest.
  std::vector<NightFinding> findings;  ///< New ones first, then known, then fixed.
  std::vector<Sample> curve;           ///< Of all targets together.
  std::vector<std::string> problems;   ///< Of no single target: "the disk is full", ...
};

}  // namespace gradgrind::nightly
