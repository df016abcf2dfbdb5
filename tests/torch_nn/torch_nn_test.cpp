// Gradgrind never cries wolf: nothing is found in correct code.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <vector>

#include "gradgrind/gradgrind.h"
#include "tests/generators/file_folder.h"
#include "tests/torch_nn/contracts/contracts.h"
#include "tests/torch_nn/functions/functions.h"

namespace gg = gradgrind;

namespace torch_nn {
namespace {

// Modules, then functions.
const std::vector<gg::Contract>& all() {
  static const auto& joined = *new std::vector<gg::Contract>([] {
    std::vector<gg::Contract> contracts = torch_nn::contracts();
    for (gg::Contract& function : torch_functions::functions()) {
      contracts.push_back(std::move(function));
    }
    return contracts;
  }());
  return joined;
}

std::size_t modules() { return torch_nn::contracts().size(); }

// Checks under the settings of the environment, so that campaigns need no other program.
void expect_nothing_found(const gg::Contract& contract, double scale, std::uint64_t seed) {
  const gg::FileFolder folder;
  gg::Settings settings = gg::settings_from_environment();
  settings.folder = folder.path();
  settings.seconds = 0;
  settings.scale *= scale;
  settings.seed += seed;
  const gg::CheckResult checked = gg::check_all(contract, gg::suite_of(contract), settings);
  EXPECT_THAT(checked.problems, testing::IsEmpty());
  int judged = 0;
  for (const gg::PropertyResult& result : checked.properties) {
    EXPECT_EQ(result.error, "") << result.property;
    for (const gg::Finding& finding : result.findings) ADD_FAILURE() << finding.report;
    judged += result.outcome == gg::Outcome::holds ? 1 : 0;
  }
  EXPECT_GE(judged, 10) << "properties that say something";
}

class CorrectCode : public testing::TestWithParam<std::size_t> {};

TEST_P(CorrectCode, HoldsTheSuite) {
  expect_nothing_found(all().at(GetParam()), /*scale=*/0.1, /*seed=*/0);
}

std::string name_of(const testing::TestParamInfo<std::size_t>& tested) {
  return all().at(tested.param).name();
}

INSTANTIATE_TEST_SUITE_P(TorchNn, CorrectCode, testing::Range(std::size_t{0}, modules()), name_of);
INSTANTIATE_TEST_SUITE_P(Functions, CorrectCode, testing::Range(modules(), all().size()), name_of);

class CorrectCodeAtNight : public testing::TestWithParam<std::tuple<std::size_t, int>> {};

TEST_P(CorrectCodeAtNight, HoldsTheSuiteUnderManySeeds) {
  const auto& [position, seed] = GetParam();
  expect_nothing_found(all().at(position), /*scale=*/1, static_cast<std::uint64_t>(seed));
}

std::string name_of_seeded(const testing::TestParamInfo<std::tuple<std::size_t, int>>& tested) {
  const auto& [position, seed] = tested.param;
  return all().at(position).name() + "_seed_" + std::to_string(seed + 1);
}

INSTANTIATE_TEST_SUITE_P(Night, CorrectCodeAtNight,
                         testing::Combine(testing::Range(std::size_t{0}, all().size()),
                                          testing::Range(0, 5)),
                         name_of_seeded);

}  // namespace
}  // namespace torch_nn
