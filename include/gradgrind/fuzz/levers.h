// What makes fuzzing a stock LibTorch work, each part with a switch.
//
// Layer 4, faces. On the command line of a fuzzer or a replay: --gradgrind_lever_operators=off.
#pragma once

#include <string>
#include <vector>

namespace gradgrind::fuzz {

struct Levers {
  bool operators = true;        ///< Pairs of dispatched operators are coverage.
  bool values = true;           ///< So are magnitudes and non-finite values of what they return,
  bool results = true;          ///< dtype, rank, size and strides of results,
  bool exceptions = true;       ///< type and normalised text of exceptions,
  bool allocations = true;      ///< and orders of magnitude of what is allocated.
  bool cheap_errors = true;     ///< A c10::Error symbolises no backtrace.
  bool mutator = true;          ///< Files change field by field; cases are drawn anew at times.
  bool damage = true;           ///< Files of a described format are damaged; off: all are valid.
  int hostile_memory = 64;      ///< Each n-th input runs on HostileMemory; 0: none does.
  bool isolate = false;         ///< Inputs run in a child first: a death ends no fuzzer.
  bool all_properties = false;  ///< A case is judged by every property in place of one.
};

/// One lever, for listings.
struct LeverInfo {
  std::string name;   ///< "operators".
  std::string help;   ///< One line.
  std::string value;  ///< The default.
};
std::vector<LeverInfo> known_levers();

/// Sets one by name: on or off, or a number from 0. Throws UsageError for an unknown name, listing
/// the known ones, and for a value that is none.
void apply_lever(Levers& levers, const std::string& name, const std::string& value);

/// Takes every --gradgrind_lever_name=value out of the arguments and applies it. Throws as
/// apply_lever().
void apply_lever_flags(Levers& levers, int* argc, char** argv);

/// The levers of this process.
const Levers& levers();
void set_levers(const Levers& levers);

}  // namespace gradgrind::fuzz
