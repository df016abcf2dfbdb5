// One mutant against the suite, in a process of its own.
#pragma once

#include <string>
#include <vector>

#include "gradgrind/properties/mutation.h"
#include "properties/mutation/comparison.h"
#include "properties/mutation/judge.h"

namespace gradgrind {

/// What all mutants of a contract share.
struct MutationGround {
  const Contract& contract;
  const MutationSettings& settings;
  const std::vector<PlannedProperty>& suite;
  const std::vector<Case>& cases;
};

/// Judges the subject as it is, in a child. Throws UsageError naming the properties that fail.
std::vector<std::string> judge_unmutated(const MutationGround& ground);

/// Fills what is not known of `mutant` yet: its outcome and what goes with it.
void run_mutant(const MutationGround& ground, const PlacedMutation& placed, Mutant& mutant);

}  // namespace gradgrind
