// Bugs are caught as docs/zoo.md says, and nothing is found in their correct twins.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "gradgrind/gradgrind.h"
#include "tests/generators/file_folder.h"
#include "tests/zoo/table.h"

namespace gg = gradgrind;

namespace zoo {
namespace {

const std::vector<Pair>& all() {
  static const auto& pairs = *new std::vector<Pair>([] {
    std::vector<Pair> joined;
    for (const Family& family : families()) {
      joined.insert(joined.end(), family.pairs.begin(), family.pairs.end());
    }
    return joined;
  }());
  return pairs;
}

const std::map<std::string, Catch>& page() {
  static const auto& table = *new std::map<std::string, Catch>(read_table(ZOO_PAGE));
  return table;
}

std::string name_of(const testing::TestParamInfo<std::size_t>& tested) {
  return all().at(tested.param).name;
}

// -- Pairs --------------------------------------------------------------------------------------

class FaultyTwin : public testing::TestWithParam<std::size_t> {};

TEST_P(FaultyTwin, IsCaughtAsThePageSays) {
  const Pair& pair = all().at(GetParam());
  ASSERT_EQ(page().count(pair.name), 1U) << "run zoo_table --update docs/zoo.md";
  const Catch& known = page().at(pair.name);
  if (known.property.empty()) GTEST_SKIP() << "the page has it as not caught";
  EXPECT_EQ(cases_until_caught(pair, known.property, judging_settings()), known.cases)
      << known.property;
}

INSTANTIATE_TEST_SUITE_P(Zoo, FaultyTwin, testing::Range(std::size_t{0}, all().size()), name_of);

void expect_nothing_found(const Pair& pair, const gg::Settings& settings, double cost) {
  const Judged judged = judge_sound(pair, settings, cost);
  EXPECT_THAT(judged.problems, testing::IsEmpty());
  for (const std::string& alarm : judged.alarms) ADD_FAILURE() << alarm;
}

class SoundTwin : public testing::TestWithParam<std::size_t> {};

TEST_P(SoundTwin, HoldsTheSuite) {
  gg::Settings settings = judging_settings();
  settings.scale *= 0.05;
  expect_nothing_found(all().at(GetParam()), settings, /*cost=*/20);
}

INSTANTIATE_TEST_SUITE_P(Zoo, SoundTwin, testing::Range(std::size_t{0}, all().size()), name_of);

class SoundTwinAtNight : public testing::TestWithParam<std::size_t> {};

TEST_P(SoundTwinAtNight, HoldsTheSuiteUnderManySeeds) {
  for (std::uint64_t seed = 0; seed < 3; ++seed) {
    gg::Settings settings = judging_settings();
    settings.seed += seed;
    expect_nothing_found(all().at(GetParam()), settings, /*cost=*/0);
  }
}

INSTANTIATE_TEST_SUITE_P(Night, SoundTwinAtNight, testing::Range(std::size_t{0}, all().size()),
                         name_of);

// -- The zoo and its page -----------------------------------------------------------------------

TEST(ZooPage, HasEveryPairOnce) {
  std::set<std::string> names;
  for (const Pair& pair : all()) EXPECT_TRUE(names.insert(pair.name).second) << pair.name;
  std::set<std::string> listed;
  for (const auto& [name, caught] : page()) listed.insert(name);
  EXPECT_EQ(listed, names);
}

TEST(ZooPage, ShowsThatTheGoalsAreMet) {
  constexpr int kFew = 10;
  std::size_t caught = 0;
  std::size_t early = 0;
  for (const auto& [name, quickest] : page()) {
    if (quickest.property.empty()) continue;
    ++caught;
    if (quickest.cases <= kFew) ++early;
  }
  EXPECT_GE(caught * 100, page().size() * 95) << "bugs are caught";
  EXPECT_GE(early * 2, caught) << "catches are made within " << kFew << " cases";
}

TEST(ZooTable, ReadsWhatItWrites) {
  const gg::FileFolder folder;
  folder.write("page.md", "before\n<!-- zoo_table -->\nold\n<!-- end of zoo_table -->\nafter\n");
  Row caught{"Family", "family.cpp", "Caught", 7, "a bug", {}};
  caught.judged.catches = {{"stays_finite", 3}, {"gradients_are_finite", 12}};
  Row missed{"Family", "family.cpp", "Missed", 8, "another bug", {}};
  const std::string path = folder.path() + "/page.md";
  write_table(path, table_of({caught, missed}));
  const std::map<std::string, Catch> read = read_table(path);
  ASSERT_EQ(read.size(), 2U);
  EXPECT_EQ(read.at("Caught").property, "stays_finite");
  EXPECT_EQ(read.at("Caught").cases, 3);
  EXPECT_EQ(read.at("Missed").property, "");
  const std::string page = folder.read("page.md");
  EXPECT_THAT(page, testing::StartsWith("before\n<!-- zoo_table -->\nCaught: 1 of 2 (50.0 %)."));
  EXPECT_THAT(page, testing::EndsWith("<!-- end of zoo_table -->\nafter\n"));
  EXPECT_THAT(page, testing::Not(testing::HasSubstr("\nold\n")));
}

TEST(ZooTable, RefusesAPageWithoutATable) {
  const gg::FileFolder folder;
  folder.write("page.md", "nothing here\n");
  EXPECT_THROW(read_table(folder.path() + "/page.md"), std::runtime_error);
  EXPECT_THROW(write_table(folder.path() + "/page.md", "table"), std::runtime_error);
}

}  // namespace
}  // namespace zoo
