#include "gradgrind/generators/shrink.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/shrinking/tasks.h"
#include "gradgrind/generators/case_text.h"

namespace gradgrind {
namespace {

class Challenge : public testing::TestWithParam<std::size_t> {};

TEST_P(Challenge, EndsAtTheMinimumFromEverySeed) {
  const challenge::Task task = challenge::tasks()[GetParam()];
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    const Case start = challenge::failing_case(task, seed);
    const Shrunk shrunk = shrink(task.space, start, task.fails);
    EXPECT_TRUE(shrunk.is_dry);
    EXPECT_TRUE(shrunk.smallest == task.minimum) << task.name << ", seed " << seed << " ended at\n"
                                                 << describe(shrunk.smallest);
  }
}

INSTANTIATE_TEST_SUITE_P(Shrink, Challenge, testing::Range<std::size_t>(0, 12));

}  // namespace
}  // namespace gradgrind
