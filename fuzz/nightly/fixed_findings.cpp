#include "fuzz/nightly/fixed_findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "fuzz/nightly/files.h"
#include "gradgrind/generators/error.h"

namespace gradgrind::nightly {
namespace {

std::string regression_path(const FuzzerEntry& target, const StoredFinding& found) {
  std::string verdict = found.verdict;
  std::replace(verdict.begin(), verdict.end(), ' ', '_');
  const std::string key = std::filesystem::path(found.input).filename().string();
  return fmt::format("{}/{}_{}", target.regressions, verdict, key);
}

}  // namespace

std::vector<std::string> promote_fixed(const FuzzerEntry& target, NightState& state,
                                       const ShouldStop& stop) {
  std::vector<std::string> problems;
  std::vector<std::string> fixed;
  for (const StoredFinding& found : state.store().of(target.name, problems)) {
    if (stop()) break;
    const Replayed said = replayed(target, found.input, stop);
    // What only the fuzzer's process showed proves nothing by passing.
    if (!said.problem.empty() || said.fails || found.verdict == kNonDeterministicVerdict) continue;
    try {
      // Regressions are replayed without a clock: one that was slow could never fail again.
      std::string path;
      if (found.verdict != kSlowVerdict) {
        path = regression_path(target, found);
        write_file(path, read_file(found.input));
      }
      state.note_fixed(found, path);
      fixed.push_back(found.signature);
    } catch (const UsageError& error) {
      problems.push_back(
          fmt::format("{}: a fixed finding stays where it is: {}", target.name, error.what()));
    }
  }
  for (const std::string& problem : problems) state.note_problem(problem);
  return fixed;
}

}  // namespace gradgrind::nightly
