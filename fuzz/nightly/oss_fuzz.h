// A build's fuzzers made ready for OSS-Fuzz and ClusterFuzzLite, or for any other machine.
//
// Layer 4, faces. No LibTorch.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace gradgrind::nightly {

struct ExportOptions {
  std::string manifest;  ///< gradgrind_fuzz.json of a build with GRADGRIND_FUZZ.
  std::string folder;    ///< Where to: new, empty, or of an earlier export, which is replaced.
  /// The fuzzers alone, straight into `folder`, beside whatever lies there: what build.sh does.
  bool only_fuzzers = false;
  std::vector<std::string> targets;  ///< Names; empty: all.
  std::string project = "project";   ///< Its name in the files for OSS-Fuzz.
  std::string repository = "https://example.com/project.git";
  /// Shared objects are linked to where they lie, not copied. Changing one then changes the
  /// system's: only for a folder that nobody works in.
  bool hard_links = false;
};

struct ExportResult {
  std::vector<std::string> fuzzers;        ///< Paths.
  std::vector<std::string> without_seeds;  ///< Names of targets whose folder of seeds is empty.
  std::int64_t shared_objects = 0;
  std::uintmax_t bytes = 0;  ///< Of all fuzzers and shared objects.
};

/// Writes
///
///   project.yaml Dockerfile build.sh compile   for OSS-Fuzz
///   .clusterfuzzlite/                          the same for ClusterFuzzLite
///   README.md                                  what to fill in, and how to run the fuzzers
///   out/NAME_fuzzer                            with _seed_corpus.zip, .dict and .options
///   out/lib/                                   all shared objects but those of the C library
///   out/lib/libc/                              those, for a machine with an older one, or none
///
/// `out` runs from any folder: fuzzers find out/lib beside themselves. Throws UsageError for a
/// manifest that cannot be read, fuzzers that are not built or were not linked to find libraries
/// beside themselves, a folder that holds something else, and whatever cannot be written.
ExportResult export_oss_fuzz(const ExportOptions& options);

}  // namespace gradgrind::nightly
