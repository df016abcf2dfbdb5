#include <algorithm>
#include <numeric>

#include "gradgrind/generators/error.h"
#include "gradgrind/generators/source.h"
#include "gradgrind/properties/mutation.h"
#include "gradgrind/properties/observation.h"
#include "properties/global_state.h"
#include "properties/mutation/mutant_run.h"
#include "properties/mutation/survey.h"

namespace gradgrind {
namespace {

constexpr double kMostEquivalent = 0.15;

void check_settings(const MutationSettings& settings) {
  if (!(settings.scale > 0)) {
    throw UsageError("MutationSettings::scale is " + std::to_string(settings.scale) +
                     "; it must be above 0");
  }
  if (settings.most_mutants < 1) {
    throw UsageError("MutationSettings::most_mutants is " + std::to_string(settings.most_mutants) +
                     "; it must be at least 1: a score over no mutants is no score");
  }
}

MutationSettings scaled(MutationSettings settings) {
  settings.run.scale *= settings.scale;
  settings.run.progress = false;
  return settings;
}

// The cases of the property that has most of them.
std::vector<Case> cases_of(const std::vector<PlannedProperty>& suite) {
  const auto largest = std::max_element(suite.begin(), suite.end(),
                                        [](const PlannedProperty& a, const PlannedProperty& b) {
                                          return a.plan.size() < b.plan.size();
                                        });
  std::vector<Case> cases;
  if (largest == suite.end()) return cases;
  for (std::uint64_t i = 0; i < largest->plan.size(); ++i) {
    cases.push_back(largest->plan.at(i).content);
  }
  return cases;
}

std::vector<SurveyedSite> surveyed(const MutationGround& ground) {
  const GlobalStateGuard guard;
  Runner runner(ground.contract, ground.settings.run);
  return survey(runner, ground.cases);
}

// The properties that judge a case of the subject as it is; all of them must hold.
Suite judging_part(const Contract& contract, const Suite& suite, const MutationSettings& settings) {
  const std::vector<PlannedProperty> properties = planned(contract, suite, settings.run);
  const std::vector<Case> no_cases;
  const std::vector<std::string> names =
      judge_unmutated({contract, settings, properties, no_cases});
  Suite part;
  for (const Property& property : suite) {
    if (std::find(names.begin(), names.end(), property.name) != names.end()) {
      part.push_back(property);
    }
  }
  return part;
}

struct Placed {
  PlacedMutation placed;
  Mutant mutant;
};

std::vector<Placed> mutants_of(const std::vector<SurveyedSite>& sites) {
  std::vector<Placed> list;
  for (std::size_t i = 0; i < sites.size(); ++i) {
    for (const Mutation* mutation : sites[i].mutations) {
      Placed placed;
      placed.placed = {sites[i].site, mutation};
      placed.mutant.mutation = mutation->name;
      placed.mutant.group = mutation->group;
      placed.mutant.operator_name = sites[i].site.op.name;
      placed.mutant.site = static_cast<int>(i) + 1;
      placed.mutant.line = sites[i].line;
      list.push_back(std::move(placed));
    }
  }
  return list;
}

// `count` of the list, drawn by the seed, in their order.
void draw(std::vector<Placed>& list, std::size_t count, std::uint64_t seed) {
  if (list.size() <= count) return;
  std::vector<std::size_t> order(list.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [seed](std::size_t a, std::size_t b) {
    return mix(seed ^ mix(a)) < mix(seed ^ mix(b));
  });
  order.resize(count);
  std::sort(order.begin(), order.end());
  std::vector<Placed> drawn;
  for (const std::size_t position : order) drawn.push_back(std::move(list[position]));
  list = std::move(drawn);
}

}  // namespace

int MutationScore::count(MutantOutcome outcome) const {
  return static_cast<int>(std::count_if(mutants.begin(), mutants.end(), [&](const Mutant& mutant) {
    return mutant.outcome == outcome;
  }));
}

double MutationScore::score() const {
  const int killed = count(MutantOutcome::killed);
  const int judged = killed + count(MutantOutcome::survived);
  return judged == 0 ? 0 : static_cast<double>(killed) / judged;
}

double MutationScore::equivalent_share() const {
  const int viable = static_cast<int>(mutants.size()) - count(MutantOutcome::unviable);
  return viable == 0 ? 0 : static_cast<double>(count(MutantOutcome::equivalent)) / viable;
}

bool MutationScore::is_void() const { return equivalent_share() > kMostEquivalent; }

MutationScore mutation_score(const Contract& contract, const Suite& suite,
                             const MutationSettings& settings) {
  check_settings(settings);
  const std::string call = "mutation_score(" + contract.name() + "): ";
  if (!contract.problems().empty()) throw UsageError(contract.problems());
  if (!observation_is_available()) {
    throw UsageError(call + "this LibTorch does not let its operators be hooked, so there are no " +
                     "mutants");
  }
  const MutationSettings used = scaled(settings);
  MutationScore result;
  result.contract = contract.name();
  const Suite judging = judging_part(contract, suite, used);
  for (const Property& property : judging) result.properties.push_back(property.name);
  if (judging.empty()) {
    throw UsageError(call + "no property of the suite judges a case, so nothing could be noticed");
  }
  const std::vector<PlannedProperty> properties = planned(contract, judging, used.run);
  const std::vector<Case> cases = cases_of(properties);
  const MutationGround ground{contract, used, properties, cases};

  std::vector<Placed> mutants = mutants_of(surveyed(ground));
  if (mutants.empty()) {
    throw UsageError(call + "the forward calls no operator that a mutation fits: a score over no " +
                     "mutants is no score");
  }
  result.possible = static_cast<int>(mutants.size());
  draw(mutants, static_cast<std::size_t>(settings.most_mutants), settings.run.seed);
  for (Placed& placed : mutants) {
    run_mutant(ground, placed.placed, placed.mutant);
    result.mutants.push_back(std::move(placed.mutant));
  }
  return result;
}

}  // namespace gradgrind
