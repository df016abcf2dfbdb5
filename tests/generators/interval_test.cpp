#include "generators/interval.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <vector>

namespace gradgrind {
namespace {

using Kind = DimExpr::Node::Kind;

constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr Kind kOperators[] = {Kind::sum, Kind::difference, Kind::product, Kind::quotient};

std::vector<Interval> intervals_of(const std::vector<std::int64_t>& bounds) {
  std::vector<Interval> intervals;
  for (const std::int64_t lowest : bounds) {
    for (const std::int64_t highest : bounds) {
      if (lowest <= highest) intervals.push_back({lowest, highest});
    }
  }
  return intervals;
}

/// Calls `check(kind, left, right, a, b, c)` for all pairs of intervals and all bounds a of the one
/// and b of the other that combine to c.
template <class Check>
void for_all_members(const std::vector<std::int64_t>& bounds, const Check& check) {
  for (const Kind kind : kOperators) {
    for (const Interval left : intervals_of(bounds)) {
      for (const Interval right : intervals_of(bounds)) {
        for (const std::int64_t a : bounds) {
          for (const std::int64_t b : bounds) {
            if (!left.contains(a) || !right.contains(b)) continue;
            if (const auto c = combine(kind, a, b)) check(kind, left, right, a, b, *c);
          }
        }
      }
    }
  }
}

class IntervalOverBounds : public testing::TestWithParam<std::vector<std::int64_t>> {};

INSTANTIATE_TEST_SUITE_P(Interval, IntervalOverBounds,
                         testing::Values(std::vector<std::int64_t>{-6, -4, -3, -2, -1, 0, 1, 2, 3,
                                                                   4, 6},
                                         std::vector<std::int64_t>{kLeast, kLeast + 1, -2, -1, 0, 1,
                                                                   2, kMost - 1, kMost}));

TEST_P(IntervalOverBounds, EnclosesEveryCombinationOfMembers) {
  for_all_members(GetParam(), [](Kind kind, Interval left, Interval right, std::int64_t a,
                                 std::int64_t b, std::int64_t c) {
    EXPECT_TRUE(combine(kind, left, right).contains(c))
        << "operator " << static_cast<int>(kind) << " of " << a << " and " << b;
  });
}

TEST_P(IntervalOverBounds, NarrowsAwayNoOperandThatGivesTheResult) {
  for_all_members(GetParam(), [](Kind kind, Interval left, Interval right, std::int64_t a,
                                 std::int64_t b, std::int64_t c) {
    narrow_operands(kind, Interval::point(c), left, right);
    EXPECT_TRUE(left.contains(a) && right.contains(b))
        << "operator " << static_cast<int>(kind) << " of " << a << " and " << b;
  });
}

TEST(Interval, OfTwoPointsIsExact) {
  EXPECT_EQ(combine(Kind::quotient, Interval::point(12), Interval::point(4)), Interval::point(3));
  EXPECT_TRUE(combine(Kind::quotient, Interval::point(12), Interval::point(5)).is_empty());
  EXPECT_TRUE(combine(Kind::quotient, Interval::point(12), Interval::point(0)).is_empty());
  EXPECT_TRUE(combine(Kind::product, Interval::point(kMost), Interval::point(2)).is_empty());
}

TEST(Interval, NarrowsADividendToMultiples) {
  Interval left = {5, 30};
  Interval right = Interval::point(8);
  const Interval quotient = combine(Kind::quotient, left, right);
  EXPECT_EQ(quotient, (Interval{1, 3}));
  narrow_operands(Kind::quotient, quotient, left, right);
  EXPECT_EQ(left, (Interval{8, 24}));
}

TEST(Interval, NarrowsADivisorToThoseInReach) {
  Interval left = Interval::point(17);
  Interval right = {10, 4096};
  narrow_operands(Kind::quotient, combine(Kind::quotient, left, right), left, right);
  EXPECT_EQ(right, Interval::point(17));
}

TEST(Interval, LeavesAFactorAloneWhereBothOtherValuesMayBeZero) {
  Interval left = {0, 100};
  Interval right = {0, 3};
  narrow_operands(Kind::product, {0, 7}, left, right);
  EXPECT_EQ(left, (Interval{0, 100}));
  EXPECT_EQ(right, (Interval{0, 3}));
}

}  // namespace
}  // namespace gradgrind
