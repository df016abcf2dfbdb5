// Settings do what they say.
#include <gmock/gmock.h>
#include <torch/torch.h>

#include <chrono>
#include <thread>

#include "gradgrind/properties/module.h"
#include "tests/properties/checking.h"

namespace gradgrind {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using torch::Tensor;

Contract twice() {
  return function("Twice", [](const Tensor& x) { return x * 2; })
      .dim("B", 1, 4)
      .input("x", floats("B"))
      .output("y", floats("B"));
}

TEST(Settings, ScaleMultipliesTheNumberOfCases) {
  const FileFolder folder;
  Settings settings = in_process(folder);
  const int whole = check_one(twice(), "stays_finite", settings).cases;
  settings.scale = 0.5;
  EXPECT_EQ(check_one(twice(), "stays_finite", settings).cases, whole / 2);
  settings.scale = 3;
  EXPECT_EQ(check_one(twice(), "stays_finite", settings).cases, whole * 3);
  const Contract configured = twice().configure("stays_finite", cases(7));
  EXPECT_EQ(check_one(configured, "stays_finite", settings).cases, 21);
}

TEST(Settings, SeedChoosesTheCases) {
  const FileFolder folder;
  const auto statistics_under = [&](std::uint64_t seed) {
    Settings settings = in_process(folder);
    settings.seed = seed;
    return check_one(twice(), "stays_finite", settings).statistics;
  };
  EXPECT_EQ(statistics_under(1), statistics_under(1));
  EXPECT_NE(statistics_under(1), statistics_under(2));
}

// Fails in as many ways as there are sizes.
Contract failing_by_size() {
  return twice().property("is_nothing", [](Trial& trial) {
    Evidence evidence;
    evidence.kind = "size " + std::to_string(trial.tested().dims.sizes.at("B"));
    return Verdict::fails(evidence);
  });
}

TEST(Settings, FindingsLimitTheDistinctFindingsOfAProperty) {
  for (const int most : {1, 2}) {
    const FileFolder folder;
    Settings settings = in_process(folder);
    settings.findings = most;
    const PropertyResult result = check_one(failing_by_size(), "is_nothing", settings);
    EXPECT_EQ(result.findings.size(), static_cast<std::size_t>(most));
    EXPECT_LT(result.cases, result.planned);
  }
  const FileFolder folder;
  Settings settings = in_process(folder);
  settings.findings = 100;
  EXPECT_EQ(check_one(failing_by_size(), "is_nothing", settings).findings.size(), 4U);
}

TEST(Settings, ShrinkRunsLimitShrinking) {
  const FileFolder folder;
  Settings settings = in_process(folder);
  const Contract contract = twice().property("is_true", [](Trial&) { return false; });
  settings.shrink_runs = 0;
  EXPECT_EQ(check_one(contract, "is_true", settings).findings.at(0).shrink_runs, 0);
  settings.shrink_runs = 3;
  EXPECT_LE(check_one(contract, "is_true", settings).findings.at(0).shrink_runs, 3);
}

Contract slow(int milliseconds) {
  return function("Slow",
                  [milliseconds](const Tensor& x) {
                    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
                    return x * 2;
                  })
      .dim("B", 1, 4)
      .input("x", floats("B"))
      .output("y", floats("B"));
}

TEST(Settings, SecondsCutTheTailOfTheCases) {
  const FileFolder folder;
  Settings settings = in_process(folder);
  settings.seconds = 0.5;
  const PropertyResult result = check_one(slow(10), "stays_finite", settings);
  EXPECT_EQ(result.outcome, Outcome::holds);
  EXPECT_GT(result.cases, 0);
  EXPECT_LT(result.cases, result.planned);
  EXPECT_LT(result.seconds, 3);
}

TEST(Settings, NoSecondsMeanNoBudget) {
  const FileFolder folder;
  Settings settings = in_process(folder);
  settings.seconds = 0;
  settings.scale = 0.2;
  const PropertyResult result = check_one(slow(10), "stays_finite", settings);
  EXPECT_EQ(result.cases, result.planned);
}

TEST(Settings, WhatTheBudgetLeavesOutIsSaidToBeNotRun) {
  const FileFolder folder;
  Settings settings = in_process(folder);
  settings.seconds = 0.5;
  const Contract contract = slow(60);
  const CheckResult checked = check_all(contract, suite_of(contract), settings);
  int not_run = 0;
  int run = 0;
  for (const PropertyResult& result : checked.properties) {
    run += result.cases > 0 ? 1 : 0;
    if (result.outcome != Outcome::not_run) continue;
    ++not_run;
    EXPECT_THAT(result.reason, StartsWith("budget: ")) << result.property;
    EXPECT_THAT(result.findings, IsEmpty());
  }
  EXPECT_GT(run, 0);
  EXPECT_GT(not_run, 0);
  EXPECT_TRUE(checked.holds());
}

Tensor constant(const Tensor& x) { return torch::zeros_like(x); }
Tensor slowly_constant(const Tensor& x) {
  std::this_thread::sleep_for(std::chrono::milliseconds(60));
  return torch::zeros_like(x);
}

Contract of(Tensor (*subject)(const Tensor&)) {
  return function("Constant", subject)
      .dim("B", 1, 4)
      .input("x", floats("B"))
      .output("y", floats("B"));
}

TEST(Settings, AClaimThatOneCaseProvesIsTriedOnTwentyWhateverTheScale) {
  const FileFolder folder;
  Settings settings = in_process(folder);
  settings.scale = 0.01;
  const PropertyResult result = check_one(of(constant), "output_varies_with_input", settings);
  EXPECT_EQ(result.cases, 20);
  EXPECT_EQ(result.findings.size(), 1U);
}

TEST(Settings, AClaimThatOneCaseProvesIsNotRefutedByTheFewThatTheBudgetLeaves) {
  const FileFolder folder;
  Settings settings = in_process(folder);
  settings.seconds = 3;
  const PropertyResult result =
      check_one(of(slowly_constant), "output_varies_with_input", settings);
  EXPECT_EQ(result.outcome, Outcome::not_run);
  EXPECT_THAT(result.reason, StartsWith("budget: none of "));
  EXPECT_THAT(result.findings, IsEmpty());
  EXPECT_TRUE(result.out_of_time);
}

TEST(Settings, RegressionsRunBeforeAllElse) {
  const FileFolder folder;
  const FileFolder kept;
  Settings settings = in_process(folder);
  settings.shrink_runs = 0;
  const Contract faulty = twice().property("is_true", [](Trial&) { return false; });
  const Finding found = check_one(faulty, "is_true", settings).findings.at(0);
  std::filesystem::create_directories(kept.path() + "/Twice");
  std::filesystem::rename(found.path, kept.path() + "/Twice/is_true-of-old.safetensors");
  settings.regressions = kept.path();
  EXPECT_THAT(check_one(faulty, "is_true", settings).findings.at(0).report,
              HasSubstr("is_true-of-old.safetensors"));
}

}  // namespace
}  // namespace gradgrind
