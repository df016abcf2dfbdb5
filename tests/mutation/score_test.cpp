// How much of what can go wrong in an operator the default suite notices.
#include <gmock/gmock.h>

#include <algorithm>
#include <iostream>
#include <stdexcept>

#include "gradgrind/gradgrind.h"
#include "gradgrind/properties/mutation.h"
#include "tests/generators/file_folder.h"
#include "tests/mutation/contracts.h"

namespace mutation {
namespace {

namespace gg = gradgrind;

gg::MutationScore score_of(const gg::Contract& contract, int most_mutants) {
  const gg::FileFolder folder;
  gg::MutationSettings settings;
  settings.run.folder = folder.path();
  settings.most_mutants = most_mutants;
  return gg::mutation_score(contract, gg::suite_of(contract), settings);
}

gg::Contract scored(const std::string& name) {
  const std::vector<gg::Contract> contracts = scored_contracts();
  const auto found = std::find_if(contracts.begin(), contracts.end(),
                                  [&](const auto& contract) { return contract.name() == name; });
  if (found == contracts.end()) throw std::runtime_error("no contract of the name " + name);
  return *found;
}

class SmallSubjects : public testing::TestWithParam<const char*> {};

TEST_P(SmallSubjects, LeaveFewSurvivors) {
  const gg::MutationScore score = score_of(scored(GetParam()), /*most_mutants=*/100);
  EXPECT_GE(score.score(), 0.85) << gg::to_text(score);
  EXPECT_FALSE(score.is_void()) << gg::to_text(score);
}

INSTANTIATE_TEST_SUITE_P(ByDay, SmallSubjects,
                         testing::Values("StableLogSumExp", "Linear", "Softmax"),
                         [](const auto& tested) { return tested.param; });

TEST(Night, TheSuiteKillsMostMutantsOfTheExamplesAndModules) {
  gg::MutationScore sum;
  for (const gg::Contract& contract : scored_contracts()) {
    const gg::MutationScore score = score_of(contract, /*most_mutants=*/100);
    std::cout << gg::to_text(score) << std::endl;
    sum.mutants.insert(sum.mutants.end(), score.mutants.begin(), score.mutants.end());
  }
  EXPECT_GT(sum.mutants.size(), 900U) << "so many sites there were, at most 100 a subject";
  EXPECT_GE(sum.score(), 0.85);
  EXPECT_FALSE(sum.is_void());
}

}  // namespace
}  // namespace mutation
