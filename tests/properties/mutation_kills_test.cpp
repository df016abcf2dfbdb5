// Every property kills the mutant that docs/mutation.md says it kills, in a sound subject.
#include <gmock/gmock.h>

#include <fstream>
#include <map>
#include <set>

#include "gradgrind/properties/mutation.h"
#include "tests/generators/file_folder.h"
#include "tests/properties/mutation_subjects.h"
#include "tests/properties/subjects.h"

namespace gradgrind {
namespace {

// What the page says of each property: a mutation, or in words why none can be killed.
struct Row {
  std::string mutation;  ///< Empty for none.
  std::string words;
};

std::string unquoted(const std::string& cell) {
  const std::size_t first = cell.find('`');
  if (first == std::string::npos) return {};
  return cell.substr(first + 1, cell.find('`', first + 1) - first - 1);
}

std::map<std::string, Row> rows_of_page() {
  std::map<std::string, Row> rows;
  std::ifstream page(MUTATION_PAGE);
  bool is_in_table = false;
  for (std::string line; std::getline(page, line);) {
    if (line == "| property | kills |") is_in_table = true;
    if (line.empty()) is_in_table = false;
    if (!is_in_table || line.rfind("| `", 0) != 0) continue;
    const std::size_t between = line.find(" | ");
    const std::string words = line.substr(between + 3);
    rows[unquoted(line.substr(0, between))] = {unquoted(words), words};
  }
  return rows;
}

struct Killed {
  std::set<std::string> mutations;
  std::string report;
};

void add_kills(const std::string& property, const Contract& sound, double scale, Killed& killed) {
  const FileFolder folder;
  MutationSettings settings;
  settings.run.folder = folder.path();
  settings.run.progress = false;
  settings.scale = scale;
  const Suite suite = {find_property(suite_of(sound), property)};
  try {
    const MutationScore score = mutation_score(sound, suite, settings);
    for (const Mutant& mutant : score.mutants) {
      if (mutant.outcome == MutantOutcome::killed) killed.mutations.insert(mutant.mutation);
    }
    killed.report += "\n" + to_text(score);
  } catch (const UsageError& error) {
    // A subject that hands on what it is given has no mutants; few cases may all be discarded.
    EXPECT_THAT(error.what(),
                testing::AnyOf(testing::HasSubstr("a score over no mutants"),
                               testing::HasSubstr("no property of the suite judges")));
  }
}

// What the property alone kills in its subjects for this test, or else in its own sound ones.
Killed killed_by(const std::string& property) {
  Killed killed;
  bool has_subject = false;
  for (const MutationSubject& subject : mutation_subjects()) {
    if (subject.property != property) continue;
    has_subject = true;
    add_kills(property, subject.sound, subject.scale, killed);
  }
  if (has_subject) return killed;
  for (const Subjects& subjects : subjects_of_every_property()) {
    if (subjects.property == property) add_kills(property, subjects.sound, /*scale=*/0.2, killed);
  }
  return killed;
}

class Kills : public testing::TestWithParam<std::string> {};

TEST_P(Kills, WhatItSaysItKills) {
  const std::map<std::string, Row> rows = rows_of_page();
  ASSERT_EQ(rows.count(GetParam()), 1U) << "docs/mutation.md says nothing of it";
  const Row row = rows.at(GetParam());
  const Killed killed = killed_by(GetParam());
  if (row.mutation.empty()) {
    EXPECT_THAT(killed.mutations, testing::IsEmpty())
        << "docs/mutation.md says: " << row.words << killed.report;
  } else {
    EXPECT_THAT(killed.mutations, testing::Contains(row.mutation)) << killed.report;
  }
}

std::vector<std::string> properties() {
  std::vector<std::string> names;
  for (const Property& property : default_suite()) names.push_back(property.name);
  return names;
}

std::string name_of(const testing::TestParamInfo<std::string>& tested) { return tested.param; }

INSTANTIATE_TEST_SUITE_P(Catalogue, Kills, testing::ValuesIn(properties()), name_of);

}  // namespace
}  // namespace gradgrind
