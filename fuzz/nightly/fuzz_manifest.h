// The fuzz targets of a build, as cmake/GradgrindFuzz.cmake lists them.
//
// Layer 4, faces. No LibTorch.
#pragma once

#include <string>
#include <vector>

namespace gradgrind::nightly {

struct FuzzerEntry {
  std::string name;
  std::string fuzzer;  ///< Empty: the build has replays alone.
  std::string seeds;   ///< A folder that may not be there.
  std::string dictionary;
  std::string replay;       ///< The program <name>_replay.
  std::string regressions;  ///< A folder that may not be there.
  std::string known;        ///< The list of known findings; may not be there.
  std::string source_folder;
  std::vector<std::string> flags = {};  ///< Not of the manifest: what a night gives both programs.
};

/// A GoogleTest program, of gradgrind_suite().
struct SuiteEntry {
  std::string name;
  std::string program;
};

/// The fuzz targets that `manifest` lists, in its order. Throws UsageError where it cannot be read,
/// is no JSON, or is none that the CMake functions write.
std::vector<FuzzerEntry> fuzzers_of_manifest(const std::string& manifest);

/// The suites that it lists, likewise.
std::vector<SuiteEntry> suites_of_manifest(const std::string& manifest);

}  // namespace gradgrind::nightly
