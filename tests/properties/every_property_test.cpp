// Every property has a subject that must fail it, and a twin that must not.
#include <gmock/gmock.h>

#include <set>

#include "tests/properties/subjects.h"

namespace gradgrind {
namespace {

Settings in_process() {
  Settings settings;
  settings.isolate = false;
  settings.folder = testing::TempDir() + "gradgrind_every_property";
  settings.scale = 0.5;
  return settings;
}

PropertyResult result_of(const Contract& contract, const std::string& property) {
  const Suite suite = {find_property(suite_of(contract), property)};
  const CheckResult checked = check_all(contract, suite, in_process());
  if (!checked.problems.empty()) throw UsageError(checked.problems);
  return checked.properties.front();
}

class EveryProperty : public testing::TestWithParam<Subjects> {};

TEST_P(EveryProperty, FailsItsFaultySubject) {
  const PropertyResult result = result_of(GetParam().faulty, GetParam().property);
  ASSERT_EQ(result.error, "");
  EXPECT_EQ(result.outcome, Outcome::fails) << result.reason;
  for (const Finding& finding : result.findings) {
    EXPECT_NE(finding.identity.kind, "non-deterministic") << finding.report;
  }
}

TEST_P(EveryProperty, HoldsItsSoundTwin) {
  const PropertyResult result = result_of(GetParam().sound, GetParam().property);
  ASSERT_EQ(result.error, "");
  EXPECT_EQ(result.outcome, Outcome::holds)
      << result.reason << (result.findings.empty() ? "" : result.findings.front().report);
}

std::string test_name(const testing::TestParamInfo<Subjects>& info) {
  return info.param.property + "_" + info.param.faulty.name();
}

INSTANTIATE_TEST_SUITE_P(Catalogue, EveryProperty, testing::ValuesIn(subjects_of_every_property()),
                         test_name);

TEST(Catalogue, HasASubjectForEveryProperty) {
  std::set<std::string> covered;
  for (const Subjects& subjects : subjects_of_every_property()) covered.insert(subjects.property);
  for (const Property& property : default_suite()) {
    EXPECT_EQ(covered.count(property.name), 1U) << property.name << " has no subject that fails it";
  }
}

TEST(Catalogue, StatesAClaimForEveryProperty) {
  for (const Property& property : default_suite()) {
    EXPECT_FALSE(property.claim.empty()) << property.name;
    EXPECT_FALSE(property.group.empty()) << property.name;
    EXPECT_GE(property.cases, 1) << property.name;
  }
}

}  // namespace
}  // namespace gradgrind
