#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "gradgrind/properties/mutation.h"

namespace gradgrind {
namespace {

std::vector<std::string> groups() {
  std::vector<std::string> names;
  for (const MutationInfo& mutation : known_mutations()) {
    if (std::find(names.begin(), names.end(), mutation.group) == names.end()) {
      names.push_back(mutation.group);
    }
  }
  return names;
}

std::string what(const std::string& mutation) {
  for (const MutationInfo& known : known_mutations()) {
    if (known.name == mutation) return known.what;
  }
  return mutation;
}

std::string percent(double share) { return fmt::format("{:.1f} %", 100 * share); }

std::string head(const MutationScore& score) {
  const auto count = [&](MutantOutcome outcome) { return score.count(outcome); };
  std::string text = fmt::format(
      "{}: {} of {} mutants killed, {}\n", score.contract, count(MutantOutcome::killed),
      count(MutantOutcome::killed) + count(MutantOutcome::survived), percent(score.score()));
  text += fmt::format("  {} survived, {} equivalent ({}), {} timed out, {} unviable\n",
                      count(MutantOutcome::survived), count(MutantOutcome::equivalent),
                      percent(score.equivalent_share()), count(MutantOutcome::timed_out),
                      count(MutantOutcome::unviable));
  if (score.possible > static_cast<int>(score.mutants.size())) {
    text += fmt::format("  a sample: {} of {} possible mutants\n", score.mutants.size(),
                        score.possible);
  }
  if (score.is_void()) {
    text += "  VOID: more than 15 % are equivalent, so the score says nothing\n";
  }
  return text;
}

// How many mutants of each group each property killed, and how many there are.
std::string matrix(const MutationScore& score) {
  const std::vector<std::string> columns = groups();
  std::map<std::string, std::map<std::string, int>> kills;
  std::map<std::string, int> total;
  for (const Mutant& mutant : score.mutants) {
    if (mutant.outcome != MutantOutcome::killed && mutant.outcome != MutantOutcome::survived) {
      continue;
    }
    ++total[mutant.group];
    for (const std::string& property : mutant.killers) ++kills[property][mutant.group];
  }
  const auto line = [&](const std::string& name, const auto& cell) {
    std::string text = fmt::format("  {:<36}", name);
    for (const std::string& column : columns) text += fmt::format("{:>9}", cell(column));
    return text + "\n";
  };
  const auto counts = [](std::map<std::string, int>& of) {
    return [&of](const std::string& column) {
      return of[column] == 0 ? std::string("-") : std::to_string(of[column]);
    };
  };
  std::string text = "\n" + line("killed by", [](const std::string& column) { return column; });
  for (const std::string& property : score.properties) {
    if (kills.count(property) > 0) text += line(property, counts(kills[property]));
  }
  if (kills.count(kFirstForward) > 0) text += line(kFirstForward, counts(kills[kFirstForward]));
  text += line("mutants", counts(total));
  std::string idle;
  for (const std::string& property : score.properties) {
    if (kills.count(property) == 0) idle += (idle.empty() ? "" : ", ") + property;
  }
  if (!idle.empty()) text += "  none by: " + idle + "\n";
  return text;
}

std::string listed(const MutationScore& score, MutantOutcome outcome, const std::string& title) {
  std::string text;
  std::string last;
  for (const Mutant& mutant : score.mutants) {
    if (mutant.outcome != outcome) continue;
    const std::string place =
        mutant.operator_name + (mutant.line.empty() ? std::string() : ", " + mutant.line);
    const std::string site = std::to_string(mutant.site) + place;
    if (site != last) text += fmt::format("  {}. {}\n", mutant.site, place);
    last = site;
    text += fmt::format("       {}: {}", mutant.mutation, what(mutant.mutation));
    if (!mutant.reason.empty()) text += " (" + mutant.reason + ")";
    if (outcome == MutantOutcome::survived && mutant.changes_nothing) {
      text += " (no bit of any case changes)";
    }
    text += "\n";
  }
  return text.empty() ? text : "\n" + title + "\n" + text;
}

}  // namespace

std::string to_text(const MutationScore& score) {
  return head(score) + matrix(score) +
         listed(score, MutantOutcome::survived, "Survivors, which the tests do not notice:") +
         listed(score, MutantOutcome::equivalent, "Equivalent, in every case:") +
         listed(score, MutantOutcome::timed_out, "Timed out:");
}

}  // namespace gradgrind
