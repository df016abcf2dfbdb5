// The mutation score of the default suite over the examples and modules of torch::nn: as their
// contracts stand, and without the references that say what they are to compute.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "bench/support/measure.h"
#include "bench/support/rows.h"
#include "gradgrind/gradgrind.h"
#include "gradgrind/properties/mutation.h"
#include "tests/mutation/contracts.h"

namespace gg = gradgrind;

namespace {

/// What is asked for beside `--json FILE`.
struct Choice {
  std::set<std::string> contracts;  ///< Names; empty for all.
  bool prints_reports = false;      ///< `--reports`: the report of each contract too.
  bool is_fast = false;             ///< `--first`: stop at the first property that kills.
  bool is_bare = false;             ///< `--bare`: without references.
  int most_mutants = 1000;          ///< `--most N`: of a contract; a sample beyond it.
};

// Takes what is ours out of the arguments.
Choice choice_of(std::vector<char*>& arguments) {
  Choice choice;
  std::vector<char*> kept = {arguments.front()};
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string word = arguments[i];
    if (word == "--reports") {
      choice.prints_reports = true;
    } else if (word == "--first") {
      choice.is_fast = true;
    } else if (word == "--bare") {
      choice.is_bare = true;
    } else if (word == "--most" && i + 1 < arguments.size()) {
      choice.most_mutants = std::atoi(arguments[++i]);
    } else if (word == "--json" && i + 1 < arguments.size()) {
      kept.insert(kept.end(), {arguments[i], arguments[i + 1]});
      ++i;
    } else {
      choice.contracts.insert(word);
    }
  }
  arguments = kept;
  return choice;
}

std::vector<gg::Contract> contracts(const Choice& choice) {
  std::vector<gg::Contract> all = mutation::scored_contracts();
  if (choice.is_bare) {
    for (gg::Contract& contract : all) contract = contract.without("equals_the_reference");
  }
  if (choice.contracts.empty()) return all;
  all.erase(std::remove_if(all.begin(), all.end(),
                           [&](const gg::Contract& contract) {
                             return choice.contracts.count(contract.name()) == 0;
                           }),
            all.end());
  return all;
}

/// The mutants of all contracts as if they were of one.
class Total {
 public:
  explicit Total(std::string title) { sum_.contract = std::move(title); }

  void add(const gg::MutationScore& score) {
    sum_.mutants.insert(sum_.mutants.end(), score.mutants.begin(), score.mutants.end());
    sum_.possible += score.possible;
    for (const std::string& property : score.properties) judged_.insert(property);
  }

  /// With its properties in the order of the catalogue.
  gg::MutationScore sum() const {
    gg::MutationScore ordered = sum_;
    std::set<std::string> left = judged_;
    for (const gg::Property& property : gg::default_suite()) {
      if (left.erase(property.name) > 0) ordered.properties.push_back(property.name);
    }
    ordered.properties.insert(ordered.properties.end(), left.begin(), left.end());
    return ordered;
  }

 private:
  gg::MutationScore sum_;
  std::set<std::string> judged_;
};

// Mutants that no other property killed, by property.
std::map<std::string, int> lone_kills(const gg::MutationScore& score) {
  std::map<std::string, int> lone;
  for (const gg::Mutant& mutant : score.mutants) {
    if (mutant.killers.size() == 1) ++lone[mutant.killers.front()];
  }
  return lone;
}

void print_without_survivors(const gg::MutationScore& score) {
  const std::string text = gg::to_text(score);
  std::printf("\n%s\n", text.substr(0, text.find("\n\nSurvivors")).c_str());
}

void print_kills(const gg::MutationScore& score) {
  std::map<std::string, std::map<std::string, int>> kills;
  for (const gg::Mutant& mutant : score.mutants) {
    for (const std::string& property : mutant.killers) ++kills[property][mutant.mutation];
  }
  const std::map<std::string, int> lone = lone_kills(score);
  std::printf("%-38s %6s  %s\n", "property", "alone", "mutations that it kills");
  for (const auto& [property, mutations] : kills) {
    const auto alone = lone.find(property);
    std::printf("%-38s %6d ", property.c_str(), alone == lone.end() ? 0 : alone->second);
    for (const auto& [mutation, count] : mutations) std::printf(" %s:%d", mutation.c_str(), count);
    std::printf("\n");
  }
}

std::optional<gg::MutationScore> score_of(const gg::Contract& contract, const Choice& choice) {
  gg::MutationSettings settings;
  settings.every_property = !choice.is_fast;
  settings.most_mutants = choice.most_mutants;
  try {
    std::optional<gg::MutationScore> score;
    const double seconds = bench::seconds_of(
        [&] { score = gg::mutation_score(contract, gg::suite_of(contract), settings); });
    std::printf(
        "%-24s %4zu mutants  %4d killed  %3d survived  %3d equivalent  %3d unviable  %d "
        "timed out  %5.1f %%  %.0f s\n",
        contract.name().c_str(), score->mutants.size(), score->count(gg::MutantOutcome::killed),
        score->count(gg::MutantOutcome::survived), score->count(gg::MutantOutcome::equivalent),
        score->count(gg::MutantOutcome::unviable), score->count(gg::MutantOutcome::timed_out),
        100 * score->score(), seconds);
    if (choice.prints_reports) std::printf("\n%s\n", gg::to_text(*score).c_str());
    std::fflush(stdout);
    return score;
  } catch (const gg::UsageError& error) {
    std::printf("%s\n", error.what());
    return std::nullopt;
  }
}

gg::MutationScore total_of(const std::string& title, const std::vector<gg::Contract>& contracts,
                           const Choice& choice) {
  std::printf("\n%s\n", title.c_str());
  Total total(title);
  for (const gg::Contract& contract : contracts) {
    if (const auto score = score_of(contract, choice)) total.add(*score);
  }
  print_without_survivors(total.sum());
  print_kills(total.sum());
  return total.sum();
}

}  // namespace

int main(int count, char** arguments) {
  std::vector<char*> words(arguments, arguments + count);
  const Choice choice = choice_of(words);
  bench::Rows rows(static_cast<int>(words.size()), words.data());
  const std::string title =
      choice.is_bare ? "without their references" : "as their contracts stand";
  const gg::MutationScore score = total_of(title, contracts(choice), choice);
  if (choice.is_bare) {
    rows.add("mutation score, without references", 100 * score.score(), "%");
  } else {
    rows.at_least(85, "mutation score", 100 * score.score(), "%");
    rows.at_most(15, "mutation: equivalent mutants", 100 * score.equivalent_share(), "%");
  }
  return rows.finish();
}
