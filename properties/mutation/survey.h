// Where a subject calls operators, and which mutations may act there.
#pragma once

#include <string>
#include <vector>

#include "properties/mutation/mutation_sites.h"
#include "properties/runner.h"

namespace gradgrind {

struct SurveyedSite {
  MutationSite site;
  std::string line;  ///< The user's, or LibTorch's module; empty where nothing is known.
  std::vector<const Mutation*> mutations;
};

/// The call sites of the subject in the order of their first call in `cases`, in evaluation and
/// training. A case that throws is looked at as far as it comes.
std::vector<SurveyedSite> survey(Runner& runner, const std::vector<Case>& cases);

}  // namespace gradgrind
