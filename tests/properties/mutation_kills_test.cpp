// Every property kills the mutant that docs/mutation.md says it kills, in its own sound subject.
#include <gmock/gmock.h>

#include <fstream>
#include <map>
#include <set>

#include "gradgrind/properties/mutation.h"
#include "tests/generators/file_folder.h"
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

void add_kills(const Subjects& subjects, std::set<std::string>& killed) {
  const FileFolder folder;
  MutationSettings settings;
  settings.run.folder = folder.path();
  settings.run.progress = false;
  const Suite suite = {find_property(suite_of(subjects.sound), subjects.property)};
  try {
    const MutationScore score = mutation_score(subjects.sound, suite, settings);
    for (const Mutant& mutant : score.mutants) {
      if (mutant.outcome == MutantOutcome::killed) killed.insert(mutant.mutation);
    }
  } catch (const UsageError& error) {
    // A subject that hands on what it is given has no mutants; few cases may all be discarded.
    EXPECT_THAT(error.what(),
                testing::AnyOf(testing::HasSubstr("a score over no mutants"),
                               testing::HasSubstr("no property of the suite judges")));
  }
}

// What the property alone kills in any of its sound subjects.
std::set<std::string> killed_by(const std::string& property) {
  std::set<std::string> killed;
  for (const Subjects& subjects : subjects_of_every_property()) {
    if (subjects.property == property) add_kills(subjects, killed);
  }
  return killed;
}

class Kills : public testing::TestWithParam<std::string> {};

TEST_P(Kills, WhatItSaysItKills) {
  const std::map<std::string, Row> rows = rows_of_page();
  ASSERT_EQ(rows.count(GetParam()), 1U) << "docs/mutation.md says nothing of it";
  const Row row = rows.at(GetParam());
  const std::set<std::string> killed = killed_by(GetParam());
  if (row.mutation.empty()) {
    EXPECT_THAT(killed, testing::IsEmpty()) << "docs/mutation.md says: " << row.words;
  } else {
    EXPECT_THAT(killed, testing::Contains(row.mutation));
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
