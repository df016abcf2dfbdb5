#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include "contracts.h"
#include "gradgrind/gradgrind.h"
#include "tests/examples/smallest.h"

namespace gg = gradgrind;

namespace examples {
namespace {

gg::Settings settings() {
  gg::Settings settings;
  settings.folder = testing::TempDir() + "gradgrind_examples";
  settings.seconds = 0;
  return settings;
}

// -- Sound modules ------------------------------------------------------------------------------

class SoundModule : public testing::TestWithParam<std::size_t> {};

TEST_P(SoundModule, HoldsEveryProperty) {
  const gg::Contract contract = sound_contracts().at(GetParam());
  gg::Settings quick = settings();
  quick.scale = 0.3;
  const gg::CheckResult checked = gg::check_all(contract, gg::suite_of(contract), quick);
  EXPECT_THAT(checked.problems, testing::IsEmpty());
  int judged = 0;
  for (const gg::PropertyResult& result : checked.properties) {
    EXPECT_EQ(result.error, "");
    for (const gg::Finding& finding : result.findings) ADD_FAILURE() << finding.report;
    judged += result.outcome == gg::Outcome::holds ? 1 : 0;
  }
  EXPECT_GE(judged, 20) << "properties that say something";
}

std::string name_of_sound(const testing::TestParamInfo<std::size_t>& tested) {
  return sound_contracts().at(tested.param).name();
}

INSTANTIATE_TEST_SUITE_P(Examples, SoundModule,
                         testing::Range(std::size_t{0}, sound_contracts().size()), name_of_sound);

// -- Faulty variants ----------------------------------------------------------------------------

// The lines of describe() but for weights and seeds, which depend on where a fault was met.
std::vector<std::string> lines_of(const gg::Case& a_case) {
  std::vector<std::string> lines;
  std::istringstream text(gg::describe(a_case));
  for (std::string line; std::getline(text, line);) {
    if (line.rfind("weights ", 0) != 0 && line.rfind("seed ", 0) != 0) lines.push_back(line);
  }
  return lines;
}

class FaultyVariant : public testing::TestWithParam<std::tuple<std::size_t, int>> {};

TEST_P(FaultyVariant, EndsInItsSmallestCase) {
  const auto& [position, seed] = GetParam();
  const Fault fault = faults().at(position);
  const Smallest expected = smallest_cases().at(position);
  ASSERT_EQ(fault.contract.name(), expected.contract);
  gg::Settings seeded = settings();
  seeded.seed = static_cast<std::uint64_t>(seed);
  const gg::Suite suite = {gg::find_property(gg::suite_of(fault.contract), fault.property)};
  const std::vector<gg::Finding> findings = gg::check(fault.contract, suite, seeded);
  ASSERT_FALSE(findings.empty());
  EXPECT_EQ(findings[0].identity.property, fault.property);
  EXPECT_EQ(findings[0].identity.kind, expected.kind);
  EXPECT_EQ(lines_of(findings[0].smallest), expected.lines);
  EXPECT_EQ(findings[0].smallest.weights.policy, gg::WeightPolicy::fresh);
}

TEST_P(FaultyVariant, FailsInTheSameWayWhenReplayedFromItsFile) {
  const auto& [position, seed] = GetParam();
  const Fault fault = faults().at(position);
  gg::Settings seeded = settings();
  seeded.seed = static_cast<std::uint64_t>(seed);
  seeded.scale = 0.3;
  const gg::Suite suite = {gg::find_property(gg::suite_of(fault.contract), fault.property)};
  const std::vector<gg::Finding> findings = gg::check(fault.contract, suite, seeded);
  ASSERT_FALSE(findings.empty());
  const gg::Verdict again = gg::replay_file(fault.contract, findings[0].path);
  ASSERT_TRUE(again.is_failure());
  EXPECT_EQ(again.evidence.kind, findings[0].identity.kind);
  EXPECT_EQ(again.evidence.output, findings[0].identity.output);
}

std::string name_of_faulty(const testing::TestParamInfo<std::tuple<std::size_t, int>>& tested) {
  const auto& [position, seed] = tested.param;
  return faults().at(position).contract.name() + "_seed_" + std::to_string(seed);
}

INSTANTIATE_TEST_SUITE_P(Examples, FaultyVariant,
                         testing::Combine(testing::Range(std::size_t{0}, faults().size()),
                                          testing::Values(1, 2, 3)),
                         name_of_faulty);

}  // namespace
}  // namespace examples
