// Which targets and suites of a build a night runs.
//
// Layer 4, faces. No LibTorch.
#pragma once

#include <string>
#include <vector>

#include "fuzz/nightly/fuzz_manifest.h"
#include "gradgrind/generators/error.h"

namespace gradgrind::nightly {

/// Those of the manifest that have a fuzzer, and whose name matches one of `only`, in which `*`
/// stands for any text; an empty `only` means all. Both programs of each are given `flags`.
std::vector<FuzzerEntry> fuzzers_to_run(const std::string& manifest,
                                        const std::vector<std::string>& only,
                                        const std::vector<std::string>& flags);
std::vector<SuiteEntry> suites_to_run(const std::string& manifest,
                                      const std::vector<std::string>& only);

/// What to tell a user whose night has nothing to run.
UsageError nothing_to_run(const std::string& manifest, const std::vector<std::string>& only);

/// What the first replay program that answers says of LibTorch and the compiler.
std::vector<std::string> versions_of(const std::vector<FuzzerEntry>& targets);

}  // namespace gradgrind::nightly
