// What a replay program writes.
#pragma once

#include <string>
#include <vector>

#include "fuzz/support/known_findings.h"
#include "fuzz/support/replay.h"
#include "gradgrind/fuzz/target.h"

namespace gradgrind::fuzz {

/// Prints a replay; or, where `answers` names a file, writes one JSON object a line there:
/// {"input", "fails", "verdict", "signature", "report"}. Gives back the exit status: 1 where an
/// input fails that is not known, or cannot be read.
int print_replay(const std::string& target, const ReplayResult& result,
                 const std::vector<KnownFinding>& known, const std::string& answers);

struct ExplanationOutput {
  std::string answers;   ///< A file, as for print_replay(), also with "summary" and "bytes".
  std::string smallest;  ///< Path for the smallest input; empty: it is not kept.
};

/// Shrinks and explains each input. Gives back the exit status: 0.
int print_explanations(Target& target, const std::vector<std::string>& paths,
                       const ReplayOptions& options, const ExplanationOutput& output);

/// Writes the seeds of the target, and its dictionary beside the folder. Throws UsageError for a
/// target without.
void write_seeds(Target& target, const std::string& folder);

}  // namespace gradgrind::fuzz
