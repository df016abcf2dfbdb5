#include "gradgrind/generators/shrink.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>

#include "bench/shrinking/tasks.h"
#include "gradgrind/generators/case_text.h"

namespace gradgrind {
namespace {

using challenge::failing_case;
using challenge::Task;
using challenge::tasks;

/// "an element equals 999": `an_element_equals_999`.
std::string test_name(const testing::TestParamInfo<Task>& info) {
  std::string name = info.param.name;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

class Challenge : public testing::TestWithParam<Task> {};

TEST_P(Challenge, EndsAtTheMinimumFromEverySeed) {
  const Task& task = GetParam();
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    const Shrunk shrunk = shrink(task.space, failing_case(task, seed), task.fails);
    EXPECT_TRUE(shrunk.is_dry);
    EXPECT_TRUE(shrunk.smallest == task.minimum) << "seed " << seed << " ended at\n"
                                                 << describe(shrunk.smallest);
  }
}

TEST_P(Challenge, TakesFewRuns) {
  const Task& task = GetParam();
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    const Shrunk shrunk = shrink(task.space, failing_case(task, seed), task.fails);
    EXPECT_LE(shrunk.runs, 50 + 20 * std::log2(64 * 64)) << "seed " << seed;
  }
}

TEST_P(Challenge, RunsNoCaseTwiceAndNoneThatIsNotSmaller) {
  const Task& task = GetParam();
  Case best = failing_case(task, 3);
  std::vector<Case> seen = {best};
  const auto still_fails = [&](const Case& candidate) {
    EXPECT_TRUE(is_smaller(task.space, candidate, best));
    EXPECT_FALSE(is_smaller(task.space, best, candidate));
    EXPECT_THAT(seen, testing::Not(testing::Contains(candidate)));
    EXPECT_EQ(task.space.mismatch(candidate), "");
    seen.push_back(candidate);
    return task.fails(candidate);
  };
  ShrinkOptions options;
  options.on_progress = [&](const Case& better) { best = better; };
  const Shrunk shrunk = shrink(task.space, best, still_fails, options);
  EXPECT_EQ(shrunk.smallest, best);
  EXPECT_EQ(static_cast<std::size_t>(shrunk.runs), seen.size() - 1);
}

INSTANTIATE_TEST_SUITE_P(Shrink, Challenge, testing::ValuesIn(tasks()), test_name);

TEST(Shrink, GivesTheSameResultEachTime) {
  const Task task = tasks().front();
  const Case failing = failing_case(task, 1);
  const Shrunk first = shrink(task.space, failing, task.fails);
  const Shrunk second = shrink(task.space, failing, task.fails);
  EXPECT_EQ(first.smallest, second.smallest);
  EXPECT_EQ(first.runs, second.runs);
}

TEST(Shrink, StopsAtTheBudgetOfRuns) {
  const Task task = tasks().front();
  ShrinkOptions options;
  options.runs = 7;
  const Case failing = failing_case(task, 1);
  const Shrunk shrunk = shrink(task.space, failing, task.fails, options);
  EXPECT_EQ(shrunk.runs, 7);
  EXPECT_FALSE(shrunk.is_dry);
  EXPECT_TRUE(task.fails(shrunk.smallest));
}

TEST(Shrink, StopsASlowTestAtTheBudgetOfTime) {
  const Task task = tasks().front();
  ShrinkOptions options;
  options.seconds = 0.05;
  const auto slow = [&](const Case& candidate) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return task.fails(candidate);
  };
  const Shrunk shrunk = shrink(task.space, failing_case(task, 1), slow, options);
  EXPECT_GE(shrunk.runs, 1);
  EXPECT_LE(shrunk.runs, 3);
  EXPECT_FALSE(shrunk.is_dry);
}

TEST(Shrink, RunsNothingWithoutABudget) {
  const Task task = tasks().front();
  ShrinkOptions options;
  options.runs = 0;
  const Case failing = failing_case(task, 1);
  const Shrunk shrunk = shrink(task.space, failing, task.fails, options);
  EXPECT_EQ(shrunk.runs, 0);
  EXPECT_EQ(shrunk.smallest, failing);
}

TEST(Shrink, KeepsTheKindOfTheFailure) {
  // NaN fails in one way, large elements in another; the case shows both.
  const Task large = tasks()[1];
  Case failing = failing_case(large, 2);
  Array& x = failing.input("x").tensors.front().values;
  ASSERT_GT(x.numel(), 4);
  x.set(0, 5000.0);
  x.set(x.numel() - 1, std::nan(""));
  const auto kind = [](const Case& candidate) -> std::string {
    const Array& values = candidate.input("x").tensors.front().values;
    bool is_large = false;
    for (std::int64_t i = 0; i < values.numel(); ++i) {
      if (std::isnan(values.real_at(i))) return "NaN";
      is_large = is_large || values.real_at(i) > 1000;
    }
    return is_large ? "large" : "";
  };
  ASSERT_EQ(kind(failing), "NaN");
  const auto is_nan = [&](const Case& candidate) { return kind(candidate) == "NaN"; };
  const auto is_large = [&](const Case& candidate) { return kind(candidate) == "large"; };
  const CaseSpace any_value = tasks()[2].space;
  EXPECT_EQ(shrink(any_value, failing, is_nan).smallest, tasks()[2].minimum);
  x.set(x.numel() - 1, 0.0);
  EXPECT_EQ(shrink(any_value, failing, is_large).smallest, large.minimum);
}

}  // namespace
}  // namespace gradgrind
