#include "fuzz/nightly/night_targets.h"

#include <fmt/format.h>

#include <algorithm>

#include "fuzz/nightly/child_process.h"
#include "fuzz/support/known_findings.h"

namespace gradgrind::nightly {
namespace {

bool is_wanted(const std::string& name, const std::vector<std::string>& only) {
  return only.empty() || std::any_of(only.begin(), only.end(), [&](const std::string& pattern) {
           return fuzz::matches(pattern, name);
         });
}

}  // namespace

std::vector<FuzzerEntry> fuzzers_to_run(const std::string& manifest,
                                        const std::vector<std::string>& only,
                                        const std::vector<std::string>& flags) {
  std::vector<FuzzerEntry> wanted;
  for (FuzzerEntry& target : fuzzers_of_manifest(manifest)) {
    if (target.fuzzer.empty() || !is_wanted(target.name, only)) continue;
    target.flags = flags;
    wanted.push_back(std::move(target));
  }
  return wanted;
}

std::vector<SuiteEntry> suites_to_run(const std::string& manifest,
                                      const std::vector<std::string>& only) {
  std::vector<SuiteEntry> wanted;
  for (SuiteEntry& suite : suites_of_manifest(manifest)) {
    if (is_wanted(suite.name, only)) wanted.push_back(std::move(suite));
  }
  return wanted;
}

UsageError nothing_to_run(const std::string& manifest, const std::vector<std::string>& only) {
  if (!only.empty()) {
    return UsageError(
        fmt::format("{} lists no fuzzer and no suite by the name {}; `gradgrind list` names them",
                    manifest, fmt::join(only, ", ")));
  }
  return UsageError(fmt::format(
      "{} lists {} targets and no fuzzer: configure the build with clang and GRADGRIND_FUZZ=ON",
      manifest, fuzzers_of_manifest(manifest).size()));
}

std::vector<std::string> versions_of(const std::vector<FuzzerEntry>& targets) {
  std::vector<std::string> lines;
  for (const FuzzerEntry& target : targets) {
    ChildOptions options;
    options.command = {target.replay, "--versions"};
    options.seconds = 20;
    options.hear = [&](std::string_view line) { lines.emplace_back(line); };
    if (run_child(options).status == 0) return lines;
    lines.clear();
  }
  return lines;
}

}  // namespace gradgrind::nightly
