// The catalogue finds every planted masker, and nothing in its twin.
#include <gmock/gmock.h>

#include <set>
#include <string>

#include "gradgrind/gradgrind.h"
#include "tests/fuzz/planted/masker_contracts.h"

namespace {

namespace gg = gradgrind;

gg::Settings in_process() {
  gg::Settings settings;
  settings.isolate = false;
  settings.folder = testing::TempDir() + "gradgrind_planted_maskers";
  return settings;
}

class PlantedMaskers : public testing::TestWithParam<planted::PlantedMasker> {};

TEST_P(PlantedMaskers, AreFound) {
  const auto findings = gg::check(GetParam().faulty, gg::default_suite(), in_process());
  EXPECT_THAT(findings, testing::Not(testing::IsEmpty())) << GetParam().description;
  for (const gg::Finding& finding : findings) {
    EXPECT_NE(finding.identity.kind, "non-deterministic") << finding.report;
  }
}

TEST_P(PlantedMaskers, HaveTwinsInWhichNothingIsFound) {
  for (const gg::Finding& finding :
       gg::check(GetParam().sound, gg::default_suite(), in_process())) {
    ADD_FAILURE() << finding.report;
  }
}

INSTANTIATE_TEST_SUITE_P(Masks, PlantedMaskers, testing::ValuesIn(planted::planted_maskers()),
                         [](const auto& tested) { return tested.param.name; });

TEST(PlantedMaskersList, HasTenWithANameEach) {
  std::set<std::string> names;
  for (const planted::PlantedMasker& masker : planted::planted_maskers()) names.insert(masker.name);
  EXPECT_EQ(names.size(), 10U);
}

}  // namespace
