#include "gradgrind/generators/parameter.h"

#include <gmock/gmock.h>

#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "gradgrind/generators/error.h"

namespace gradgrind {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Property;
using testing::Throws;

using Predicate = std::function<bool(const ParameterValue&)>;

/// What a greedy shrinker makes of `value`: takes the first simpler value that still fails.
ParameterValue shrunk(const ParameterDomain& domain, ParameterValue value,
                      const Predicate& still_fails, int* steps = nullptr) {
  for (int step = 0; step < 10000; ++step) {
    if (steps != nullptr) *steps = step;
    bool is_shrunk = false;
    for (ParameterValue& candidate : domain.simpler(value)) {
      if (!still_fails(candidate)) continue;
      value = std::move(candidate);
      is_shrunk = true;
      break;
    }
    if (!is_shrunk) return value;
  }
  ADD_FAILURE() << "shrinking does not end";
  return value;
}

double shrunk_real(const ParameterDomain& domain, double value,
                   const std::function<bool(double)>& still_fails) {
  return std::get<double>(
      shrunk(domain, value, [&](const auto& v) { return still_fails(std::get<double>(v)); }));
}

std::int64_t shrunk_integer(const ParameterDomain& domain, std::int64_t value,
                            const std::function<bool(std::int64_t)>& still_fails) {
  return std::get<std::int64_t>(
      shrunk(domain, value, [&](const auto& v) { return still_fails(std::get<std::int64_t>(v)); }));
}

ParameterValue simplest(const ParameterDomain& domain) {
  ByteSource nothing(nullptr, 0);
  return domain.draw("param p", nothing);
}

TEST(RealParameter, DrawsItsEndsAndWhatLiesBetween) {
  const ParameterDomain domain = real(0.0, 0.5);
  std::map<double, int> counts;
  for (std::uint64_t seed = 0; seed < 800; ++seed) {
    RandomSource source(seed);
    const ParameterValue value = domain.draw("param dropout", source);
    ASSERT_TRUE(domain.contains(value)) << to_string(value);
    ++counts[std::get<double>(value)];
  }
  EXPECT_NEAR(counts[0.0], 100, 40);
  EXPECT_NEAR(counts[0.5], 100, 40);
  EXPECT_GT(counts.size(), 500U);
}

TEST(RealParameter, IsNearestToZeroWhenNothingIsDrawn) {
  EXPECT_EQ(simplest(real(0.0, 0.5)), ParameterValue(0.0));
  EXPECT_EQ(simplest(real(-3.0, 5.0)), ParameterValue(0.0));
  EXPECT_EQ(simplest(real(0.25, 0.5)), ParameterValue(0.25));
  EXPECT_EQ(simplest(real(-0.5, -0.25)), ParameterValue(-0.25));
}

TEST(RealParameter, TakesNoChoiceWhereThereIsOneValue) {
  const std::vector<std::uint8_t> bytes = {9};
  ByteSource source(bytes.data(), bytes.size());
  EXPECT_EQ(real(0.1, 0.1).draw("param p", source), ParameterValue(0.1));
  EXPECT_EQ(source.below(256), 9U);
}

TEST(RealParameter, ShrinksToAThresholdThatIsAShortDecimal) {
  for (const double from : {0.4999, 0.31, 0.3000001, 0.5}) {
    EXPECT_EQ(shrunk_real(real(0.0, 0.5), from, [](double v) { return v >= 0.3; }), 0.3);
  }
  EXPECT_EQ(shrunk_real(real(-10.0, 10.0), -9.73, [](double v) { return v <= -2.5; }), -2.5);
  EXPECT_EQ(shrunk_real(real(1e-5, 1e-1), 0.05, [](double v) { return v >= 0.01; }), 0.01);
}

TEST(RealParameter, ShrinksToWithinAMillionthOfAnyThreshold) {
  RandomSource source(4);
  for (int i = 0; i < 200; ++i) {
    const double highest = std::ldexp(1.0, static_cast<int>(source.integer(-20, 20)));
    const double threshold = source.real(0, highest);
    const double result =
        shrunk_real(real(0, highest), highest, [&](double v) { return v > threshold; });
    EXPECT_GT(result, threshold);
    EXPECT_LE(result - threshold, std::ldexp(highest, -20));
  }
}

TEST(RealParameter, ShrinksToZeroOrTheLegalValueNearestToItWhenAnyValueFails) {
  const auto always = [](double) { return true; };
  EXPECT_EQ(shrunk_real(real(-1.0, 1.0), -0.77, always), 0.0);
  EXPECT_EQ(shrunk_real(real(0.3, 0.9), 0.77, always), 0.3);
  EXPECT_EQ(shrunk_real(real(-0.9, -0.3), -0.77, always), -0.3);
}

TEST(RealParameter, PrefersThePositiveOfTwoMirrorImages) {
  EXPECT_EQ(shrunk_real(real(-4, 4), -3, [](double v) { return std::abs(v) >= 2; }), 2);
}

TEST(RealParameter, StaysInItsRangeWhileShrinking) {
  const ParameterDomain domain = real(0.25, 3.75);
  RandomSource source(2);
  for (int i = 0; i < 200; ++i) {
    const double value = source.real(0.25, 3.75);
    for (const ParameterValue& candidate : domain.simpler(value)) {
      EXPECT_TRUE(domain.contains(candidate)) << to_string(candidate);
      EXPECT_NE(candidate, ParameterValue(value));
    }
  }
}

TEST(RealParameter, NeverReturnsToAValueWhileShrinking) {
  // A test that fails at random takes any path there is through the candidates.
  const ParameterDomain domain = real(-100, 100);
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    RandomSource luck(seed);
    std::set<double> seen;
    double start = luck.real(-100, 100);
    shrunk(domain, start, [&](const ParameterValue& v) {
      if (luck.below(4) != 0) return false;
      EXPECT_TRUE(seen.insert(std::get<double>(v)).second) << to_string(v);
      return true;
    });
  }
}

TEST(RealParameter, ShrinksOverTheWholeRangeOfDoubles) {
  const double largest = std::numeric_limits<double>::max();
  const double result =
      shrunk_real(real(-largest, largest), -largest, [](double v) { return v < -1e300; });
  EXPECT_LT(result, -1e300);
  EXPECT_GT(result, -1e303);
}

TEST(RealParameter, HasNothingSimplerThanTheSimplest) {
  EXPECT_THAT(real(0.0, 0.5).simpler(0.0), IsEmpty());
  EXPECT_THAT(real(0.25, 0.25).simpler(0.25), IsEmpty());
}

TEST(RealParameter, NamesItsRange) { EXPECT_EQ(real(0, 0.5).text, "0 to 0.5"); }

TEST(RealParameter, SaysWhyItIsImpossibleAndCannotBeDrawn) {
  const ParameterDomain reversed = real(0.5, 0.1);
  EXPECT_FALSE(reversed.draw);
  EXPECT_EQ(reversed.text, "real(0.5, 0.1): the lowest is above the highest; swap them");
  const ParameterDomain infinite = real(0, std::numeric_limits<double>::infinity());
  EXPECT_FALSE(infinite.draw);
  EXPECT_EQ(infinite.text, "real(0, inf): bounds must be finite");
}

TEST(RealParameter, RefusesAValueOfAnotherType) {
  EXPECT_FALSE(real(0, 1).contains(std::int64_t{1}));
  EXPECT_FALSE(real(0, 1).contains(std::nan("")));
  EXPECT_THAT([] { real(0, 1).simpler(std::int64_t{1}); },
              Throws<UsageError>(Property(&UsageError::what,
                                          HasSubstr("real() cannot simplify 1: the parameter"))));
}

TEST(IntegerParameter, DrawsItsEndsAndWhatLiesBetween) {
  const ParameterDomain domain = integer(-2, 3);
  std::map<std::int64_t, int> counts;
  for (std::uint64_t seed = 0; seed < 800; ++seed) {
    RandomSource source(seed);
    ++counts[std::get<std::int64_t>(domain.draw("param k", source))];
  }
  EXPECT_EQ(counts.size(), 6U);
  EXPECT_EQ(counts.begin()->first, -2);
  EXPECT_EQ(counts.rbegin()->first, 3);
  EXPECT_GT(counts[0], 100);
}

TEST(IntegerParameter, ShrinksToTheThresholdItself) {
  for (const std::int64_t threshold : {1, 2, 7, 42, 999, 123456}) {
    EXPECT_EQ(
        shrunk_integer(integer(0, 1000000), 999999, [&](std::int64_t v) { return v >= threshold; }),
        threshold);
    EXPECT_EQ(shrunk_integer(integer(-1000000, 5), -999999,
                             [&](std::int64_t v) { return v <= -threshold; }),
              -threshold);
  }
}

TEST(IntegerParameter, ShrinksOverAllIntegersThereAre) {
  const std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
  const std::int64_t highest = std::numeric_limits<std::int64_t>::max();
  const ParameterDomain domain = integer(lowest, highest);
  EXPECT_EQ(shrunk_integer(domain, lowest, [](std::int64_t v) { return v < -12345; }), -12346);
  EXPECT_EQ(shrunk_integer(domain, highest, [](std::int64_t v) { return v > 12345; }), 12346);
  EXPECT_EQ(shrunk_integer(domain, lowest, [](std::int64_t) { return true; }), 0);
}

TEST(IntegerParameter, SaysWhyItIsImpossible) {
  EXPECT_FALSE(integer(3, 1).draw);
  EXPECT_EQ(integer(3, 1).text, "integer(3, 1): the lowest is above the highest; swap them");
}

TEST(ChoiceParameter, TakesItsFirstOptionAsTheSimplest) {
  const ParameterDomain domain = choice({"relu", "gelu", "tanh"});
  EXPECT_EQ(simplest(domain), ParameterValue("relu"));
  EXPECT_EQ(domain.text, "one of \"relu\", \"gelu\", \"tanh\"");
  EXPECT_THAT(domain.simpler(std::string("tanh")),
              ElementsAre(ParameterValue("relu"), ParameterValue("gelu")));
  EXPECT_THAT(domain.simpler(std::string("relu")), IsEmpty());
  EXPECT_TRUE(domain.contains(std::string("gelu")));
  EXPECT_FALSE(domain.contains(std::string("elu")));
}

TEST(ChoiceParameter, DrawsEachOption) {
  const ParameterDomain domain = choice({"a", "b", "c"});
  std::set<std::string> seen;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    RandomSource source(seed);
    seen.insert(std::get<std::string>(domain.draw("param c", source)));
  }
  EXPECT_THAT(seen, ElementsAre("a", "b", "c"));
}

TEST(ChoiceParameter, SaysWhyItIsImpossible) {
  EXPECT_FALSE(choice({}).draw);
  EXPECT_THAT(choice({}).text, HasSubstr("there is nothing to choose from"));
}

TEST(FlagParameter, IsFalseOrTrue) {
  EXPECT_EQ(simplest(flag()), ParameterValue(false));
  EXPECT_THAT(flag().simpler(true), ElementsAre(ParameterValue(false)));
  EXPECT_THAT(flag().simpler(false), IsEmpty());
  EXPECT_TRUE(flag().contains(true));
  EXPECT_FALSE(flag().contains(1.0));
}

TEST(ParameterValue, PrintsAsItIsWritten) {
  EXPECT_EQ(to_string(ParameterValue(true)), "true");
  EXPECT_EQ(to_string(ParameterValue(std::int64_t{3})), "3");
  EXPECT_EQ(to_string(ParameterValue(0.5)), "0.5");
  EXPECT_EQ(to_string(ParameterValue(std::string("relu"))), "\"relu\"");
  EXPECT_EQ(to_string(ParameterValue(OpaqueValue{nullptr, "Net", "Net{3}", 1, {}})), "Net{3}");
}

}  // namespace
}  // namespace gradgrind
