// Statistical checks err no more often than they say, and see what is wrong.
#include <gmock/gmock.h>

#include <cmath>
#include <functional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "properties/goodness_of_fit.h"

namespace gradgrind {
namespace {

using Generator = std::mt19937_64;
using Drawer = std::function<double(Generator&)>;

double unit(Generator& generator) {
  return (static_cast<double>(generator() >> 11) + 0.5) * 0x1p-53;
}

double gaussian(Generator& generator) {
  const double radius = std::sqrt(-2 * std::log(unit(generator)));
  return radius * std::cos(2 * std::acos(-1.0) * unit(generator));
}

std::vector<double> draws(Generator& generator, const Drawer& drawer, std::size_t count) {
  std::vector<double> result(count);
  for (double& value : result) value = drawer(generator);
  return result;
}

std::string kind_of(const std::vector<double>& drawn, const Distribution& distribution) {
  const auto found = misfit(drawn, distribution, error_share(1e-6));
  return found.has_value() ? found->kind : "";
}

// -- Errors that are promised -------------------------------------------------------------------

struct Named {
  std::string name;
  Distribution distribution;
  Drawer drawer;
  double comparisons;  ///< That one call of misfit() makes.
};

class Bounds : public testing::TestWithParam<Named> {};

constexpr int kRepeats = 2000;
constexpr double kError = 0.1;
constexpr std::size_t kFew = 50;

TEST_P(Bounds, ErrNoMoreOftenThanTheySay) {
  Generator generator(1);
  int misfits = 0;
  int dependent = 0;
  for (int i = 0; i < kRepeats; ++i) {
    const std::vector<double> drawn = draws(generator, GetParam().drawer, kFew);
    if (misfit(drawn, GetParam().distribution, kError).has_value()) ++misfits;
    std::vector<std::pair<double, double>> pairs;
    for (std::size_t k = 0; k + 1 < kFew; k += 2) pairs.emplace_back(drawn[k], drawn[k + 1]);
    if (dependence(pairs, GetParam().distribution, kError).has_value()) ++dependent;
  }
  EXPECT_LE(misfits, GetParam().comparisons * kError * kRepeats);
  EXPECT_LE(dependent, kError * kRepeats);
}

std::vector<Named> distributions() {
  return {{"normal", normal(3, 0.5), [](Generator& g) { return 3 + 0.5 * gaussian(g); }, 3},
          {"uniform", uniform(-1, 3), [](Generator& g) { return -1 + 4 * unit(g); }, 3},
          {"exponential", exponential(2), [](Generator& g) { return -std::log(unit(g)) / 2; }, 3},
          {"bernoulli", bernoulli(0.3), [](Generator& g) { return unit(g) < 0.3 ? 1.0 : 0.0; }, 1},
          {"categorical", categorical({1, 0, 3}),
           [](Generator& g) { return unit(g) < 0.25 ? 0.0 : 2.0; }, 1}};
}

INSTANTIATE_TEST_SUITE_P(All, Bounds, testing::ValuesIn(distributions()),
                         [](const auto& tested) { return tested.param.name; });

// -- What they see ------------------------------------------------------------------------------

TEST(GoodnessOfFit, SeesAMeanAVarianceAndAShape) {
  Generator generator(2);
  const std::vector<double> plain = draws(generator, gaussian, 65536);
  EXPECT_EQ(kind_of(plain, normal(0, 1)), "");
  EXPECT_EQ(kind_of(plain, normal(0.04, 1)), "mean");
  EXPECT_EQ(kind_of(plain, normal(0, 1.04)), "variance");
  const auto of_that_variance = [](Generator& g) { return (unit(g) - 0.5) * std::sqrt(12.0); };
  EXPECT_EQ(kind_of(draws(generator, of_that_variance, 65536), normal(0, 1)), "shape");
}

TEST(GoodnessOfFit, SeesAFrequency) {
  Generator generator(3);
  const auto coin = [](Generator& g) { return unit(g) < 0.5 ? 1.0 : 0.0; };
  const std::vector<double> drawn = draws(generator, coin, 65536);
  EXPECT_EQ(kind_of(drawn, bernoulli(0.5)), "");
  EXPECT_EQ(kind_of(drawn, bernoulli(0.52)), "frequency");
}

TEST(GoodnessOfFit, SeesWhatIsNeverDrawn) {
  EXPECT_EQ(kind_of({0.5, 1.5}, uniform(0, 1)), "out of range");
  EXPECT_EQ(kind_of({0.5, NAN}, normal(0, 1)), "out of range");
  EXPECT_EQ(kind_of({0, 0.5}, bernoulli(0.5)), "out of range");
  EXPECT_EQ(kind_of({0, 1}, categorical({1, 0, 1})), "out of range");
  EXPECT_EQ(kind_of({0, 1}, uniform(0, 1)), "");
}

TEST(GoodnessOfFit, SeesThatPairsAreOne) {
  Generator generator(4);
  std::vector<std::pair<double, double>> pairs;
  for (int i = 0; i < 4096; ++i) {
    const double value = gaussian(generator);
    pairs.emplace_back(value, i % 4 == 0 ? value : gaussian(generator));
  }
  EXPECT_TRUE(dependence(pairs, normal(0, 1), error_share(1e-6)).has_value());
}

TEST(GoodnessOfFit, TellsWhatItComparedWith) {
  const std::vector<double> drawn(100, 1.0);
  const auto found = misfit(drawn, bernoulli(0.5), 1e-12);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->what, "0 makes 0 of the draws instead of 0.5");
  EXPECT_EQ(found->bound, "chance leaves the bound once in 1e+12 comparisons");
}

TEST(Distributions, NameWhatIsWrongWithThem) {
  EXPECT_THAT(normal(0, 0).problems, testing::SizeIs(1));
  EXPECT_THAT(uniform(1, 1).problems, testing::SizeIs(1));
  EXPECT_THAT(exponential(-1).problems, testing::SizeIs(1));
  EXPECT_THAT(categorical({}).problems, testing::SizeIs(1));
  EXPECT_THAT(bernoulli(1.5).problems,
              testing::ElementsAre("bernoulli(1.5): the probability must be between 0 and 1"));
  EXPECT_THAT(bernoulli(1).problems, testing::IsEmpty());
}

}  // namespace
}  // namespace gradgrind
