// Mutants of small subjects: which are killed, which are not, and what is said of them.
#include <gmock/gmock.h>
#include <torch/torch.h>

#include <cstdlib>
#include <filesystem>
#include <set>

#include "gradgrind/properties/module.h"
#include "gradgrind/properties/mutation.h"
#include "tests/properties/checking.h"

namespace gradgrind {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;
using torch::Tensor;

constexpr int kLineOfTwice = __LINE__ + 1;
Tensor twice(const Tensor& x) { return x * 2; }

template <class Function>
Contract rows(const std::string& name, Function function) {
  return gradgrind::function(name, function)
      .dim("B", 1, 4)
      .dim("F", 1, 3)
      .input("x", floats("B F"))
      .output("y", floats("B F"))
      .batch("B");
}

MutationSettings settings_in(const FileFolder& folder) {
  MutationSettings settings;
  settings.run = isolated(folder);
  return settings;
}

MutationScore score_of(const Contract& contract, const std::vector<std::string>& only = {}) {
  const FileFolder folder;
  return mutation_score(contract, suite_of(only.empty() ? contract : contract.only(only)),
                        settings_in(folder));
}

std::vector<std::string> names(const MutationScore& score, MutantOutcome outcome) {
  std::vector<std::string> list;
  for (const Mutant& mutant : score.mutants) {
    if (mutant.outcome == outcome) list.push_back(mutant.mutation);
  }
  return list;
}

std::string error_of(const Contract& contract, const MutationSettings& settings = {}) {
  try {
    mutation_score(contract, suite_of(contract), settings);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no error";
}

bool passes_a_gradient(Trial& trial) {
  Inputs inputs = trial.inputs();
  inputs["x"].requires_grad_(true);
  return trial.forward_with_grad(inputs)[0].requires_grad();
}

TEST(Mutation, KillsAllMutantsOfASubjectThatItsSuitePinsDown) {
  const Contract contract = rows("Twice", twice)
                                .reference([](const Tensor& x) { return x + x; })
                                .property("passes_a_gradient", passes_a_gradient);
  const MutationScore score = score_of(contract);
  EXPECT_THAT(names(score, MutantOutcome::killed),
              UnorderedElementsAre("is_dropped", "negates_its_result", "scales_its_result",
                                   "adds_noise", "rounds_to_half", "detaches_its_result",
                                   "rolls_its_rows", "writes_to_its_argument"))
      << to_text(score);
  EXPECT_EQ(score.score(), 1);
}

TEST(Mutation, ListsSurvivorsWithTheUsersLine) {
  const MutationScore score = score_of(rows("Twice", twice), {"output_shapes_are_as_declared"});
  EXPECT_EQ(score.score(), 0);
  EXPECT_THAT(names(score, MutantOutcome::survived), Contains("negates_its_result"));
  for (const Mutant& mutant : score.mutants) {
    EXPECT_EQ(mutant.operator_name, "aten::mul");
    EXPECT_THAT(mutant.line, HasSubstr("twice"));
    EXPECT_THAT(mutant.line, HasSubstr("mutation_test.cpp:" + std::to_string(kLineOfTwice)));
  }
  EXPECT_THAT(to_text(score), HasSubstr("negates_its_result: its result comes out with the other "
                                        "sign\n"));
}

TEST(Mutation, FollowsTheGradientAndCutsIt) {
  // The gradient of a negated operator is that of the negated function: only a reference tells.
  const MutationScore score =
      score_of(rows("Twice", twice), {"gradients_match_finite_differences"});
  EXPECT_THAT(names(score, MutantOutcome::killed), Not(Contains("negates_its_result")));
  EXPECT_THAT(names(score, MutantOutcome::survived), Contains("negates_its_result"));
}

TEST(Mutation, CallsEquivalentOnlyWhatAReasonProves) {
  const auto wasteful = [](const Tensor& x) {
    const Tensor unused = x.exp();
    return x * 2;
  };
  const MutationScore score = score_of(rows("Wasteful", wasteful));
  for (const Mutant& mutant : score.mutants) {
    // Properties watch the global generator, from which noise is drawn, and every lower precision.
    const bool is_seen = mutant.mutation == "adds_noise" || mutant.mutation == "rounds_to_half";
    if (mutant.operator_name != "aten::exp" || mutant.group == "memory" || is_seen) continue;
    EXPECT_EQ(mutant.outcome, MutantOutcome::equivalent) << mutant.mutation;
    EXPECT_EQ(mutant.reason, "nothing depends on its result") << mutant.mutation;
  }
  EXPECT_TRUE(score.is_void());
  EXPECT_THAT(to_text(score), HasSubstr("VOID: more than 15 % are equivalent"));
}

TEST(Mutation, SeesThatADroppedOperatorHandsOnWhatItIsGiven) {
  const auto halves = [](const Tensor& x) { return x.contiguous() * torch::zeros_like(x).cos(); };
  const MutationScore score = score_of(rows("Halves", halves));
  EXPECT_THAT(to_text(score), HasSubstr("(its rows are equal)"));
}

TEST(Mutation, SeesThatAMaskHidesWhatHoldsTheFillingAlready) {
  const auto twice_masked = [](const Tensor& x) {
    const Tensor kept = x.masked_fill(x < 0, 0);
    return kept.masked_fill(x < 0, 0) * 2;
  };
  const MutationScore score =
      score_of(rows("TwiceMasked", twice_masked), {"output_shapes_are_as_declared"});
  std::vector<MutantOutcome> outcomes;
  for (const Mutant& mutant : score.mutants) {
    if (mutant.mutation == "ignores_its_mask") outcomes.push_back(mutant.outcome);
  }
  EXPECT_THAT(outcomes, testing::ElementsAre(MutantOutcome::survived, MutantOutcome::equivalent));
}

TEST(Mutation, TellsPlacesOfOneFunctionApart) {
  const auto two_places = [](const Tensor& x) {
    const Tensor y = x * 2;
    return y * 3;
  };
  const MutationScore score = score_of(rows("TwoPlaces", two_places), {"keeps_its_precision"});
  std::set<int> sites;
  for (const Mutant& mutant : score.mutants) {
    sites.insert(mutant.site);
    EXPECT_THAT(mutant.line, HasSubstr("mutation_test.cpp:"));
  }
  EXPECT_EQ(sites.size(), 2U);
}

TEST(Mutation, TakesALoopForOneSite) {
  const auto loop = [](const Tensor& x) {
    Tensor sum = x;
    for (std::int64_t i = 0; i < x.size(0); ++i) sum = sum.sin();
    return sum;
  };
  const MutationScore score = score_of(rows("Loop", loop), {"output_shapes_are_as_declared"});
  for (const Mutant& mutant : score.mutants) EXPECT_EQ(mutant.site, 1) << mutant.operator_name;
}

TEST(Mutation, KeepsWhatDoesNotEndApart) {
  const auto halves = [](Tensor x) {
    while (x.abs().max().item<double>() > 1) x = x / 2;
    return x * 1.5;
  };
  const FileFolder folder;
  MutationSettings settings = settings_in(folder);
  settings.run.hang_seconds = 1;
  const Contract contract = rows("Halves", halves).only({"output_shapes_are_as_declared"});
  const MutationScore score = mutation_score(contract, suite_of(contract), settings);
  EXPECT_THAT(names(score, MutantOutcome::timed_out), Contains("is_dropped"));
  EXPECT_THAT(to_text(score), HasSubstr("Timed out:"));
}

TEST(Mutation, CountsADeathAsAKill) {
  const auto strict = [](const Tensor& x) {
    const Tensor positive = x.abs() + 1;
    if (positive.min().item<double>() < 0) std::abort();
    return positive;
  };
  const MutationScore score = score_of(rows("Strict", strict), {"output_shapes_are_as_declared"});
  EXPECT_THAT(names(score, MutantOutcome::killed), Contains("negates_its_result"));
  EXPECT_THAT(to_text(score), HasSubstr(kFirstForward));
}

TEST(Mutation, DrawsASampleBySeed) {
  const FileFolder folder;
  MutationSettings settings = settings_in(folder);
  settings.most_mutants = 3;
  const Contract contract = rows("Twice", twice).only({"output_shapes_are_as_declared"});
  const MutationScore score = mutation_score(contract, suite_of(contract), settings);
  EXPECT_EQ(score.mutants.size(), 3U);
  EXPECT_EQ(score.possible, 8);
  EXPECT_THAT(to_text(score), HasSubstr("a sample: 3 of 8 possible mutants\n"));
}

TEST(Mutation, LeavesNoTrace) {
  const Contract contract = rows("Twice", twice);
  const FileFolder folder;
  const Tensor x = torch::ones({2, 2});
  mutation_score(contract, suite_of(contract), settings_in(folder));
  EXPECT_TRUE(torch::equal(twice(x), torch::full({2, 2}, 2.0)));
  EXPECT_THAT(check_all(contract, suite_of(contract), isolated(folder)).findings(), IsEmpty());
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Mutation, HasNoScoreOverNoMutants) {
  const Contract contract =
      rows("Same", [](const Tensor& x) { return x; }).may_alias("it hands on its input");
  EXPECT_EQ(
      error_of(contract),
      "mutation_score(Same): the forward calls no operator that a mutation fits: a score over "
      "no mutants is no score");
  MutationSettings none;
  none.most_mutants = 0;
  EXPECT_EQ(error_of(contract, none),
            "MutationSettings::most_mutants is 0; it must be at least 1: a score over no mutants "
            "is no score");
}

TEST(Mutation, WantsASuiteThatHolds) {
  const Contract contract = rows("Wrong", [](const Tensor& x) {
                              return x.sum(0);
                            }).only({"output_shapes_are_as_declared"});
  EXPECT_THAT(error_of(contract),
              HasSubstr("mutation_score(Wrong): the suite must hold without a mutant, but fails:\n"
                        "  output_shapes_are_as_declared: y has shape"));
}

TEST(Mutation, WantsAPropertyThatJudges) {
  const Contract contract = rows("Twice", twice).only({"equals_the_reference"});
  EXPECT_EQ(error_of(contract),
            "mutation_score(Twice): no property of the suite judges a case, so nothing could be "
            "noticed");
}

}  // namespace
}  // namespace gradgrind
