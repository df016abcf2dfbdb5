// What shrinking leaves of the values of tensors.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstddef>
#include <functional>
#include <limits>
#include <variant>
#include <vector>

#include "gradgrind/generators/shrink.h"
#include "tests/generators/dim_tables.h"
#include "tests/generators/shrinking.h"

namespace gradgrind {
namespace {

using testing::ElementsAre;

TEST(ShrinkValues, KeepPermutationsPermutations) {
  const CaseSpace space(
      of({free_dim("B", 1, 4), free_dim("N", 1, 9)}, {{"p", permutations("B N")}}));
  const auto is_disordered = [](const Case& a_case) {
    const auto p = elements(values(a_case, "p"));
    const auto n = static_cast<std::size_t>(a_case.dims["N"]);
    for (std::size_t i = 0; i < p.size(); ++i) {
      if (p[i] != static_cast<double>(i % n)) return true;
    }
    return false;
  };
  EXPECT_THAT(elements(values(smallest(space, is_disordered), "p")), ElementsAre(1, 0));
}

/// What shrinking leaves of random values of a fixed shape.
std::vector<double> smallest_values(const Domain& domain,
                                    const std::function<bool(const std::vector<double>&)>& fails) {
  const CaseSpace space(of({}, {{"x", domain}}));
  return elements(values(
      smallest(space, [&](const Case& a_case) { return fails(elements(values(a_case, "x"))); }),
      "x"));
}

TEST(ShrinkValues, FindThresholds) {
  const auto above = [](double threshold) {
    return [=](const std::vector<double>& x) { return x.front() > threshold; };
  };
  EXPECT_THAT(smallest_values(floats("1", between(0, 0.9)), above(0.3)), ElementsAre(0.5));
  EXPECT_THAT(smallest_values(floats("1", between(0, 0.9)), above(0.55)), ElementsAre(0.75));
  EXPECT_THAT(smallest_values(floats("1", extremes()), above(1e30)),
              ElementsAre(std::ldexp(1.0, 100)));
  EXPECT_THAT(smallest_values(integers("1", -5000, 5000), above(1234)), ElementsAre(1235));
}

TEST(ShrinkValues, KeepOddValuesOnlyWhereTheyAreNeeded) {
  const auto not_finite = [](const std::vector<double>& x) { return !std::isfinite(x.front()); };
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_THAT(smallest_values(floats("1", special()), not_finite), ElementsAre(infinity));
  const auto negative = [](const std::vector<double>& x) { return x.front() < 0; };
  EXPECT_THAT(smallest_values(floats("1", special()), negative), ElementsAre(-1));
  const auto tiny = [](const std::vector<double>& x) {
    return x.front() != 0 && std::abs(x.front()) < 1e-10;
  };
  EXPECT_THAT(smallest_values(floats("1", extremes()), tiny), ElementsAre(std::ldexp(1.0, -34)));
}

TEST(ShrinkValues, MoveEqualElementsTogether) {
  const auto all_equal_and_large = [](const std::vector<double>& x) {
    return x[0] > 2.5 && std::all_of(x.begin(), x.end(), [&](double y) { return y == x[0]; });
  };
  EXPECT_THAT(smallest_values(floats("4", ordinary()), all_equal_and_large),
              ElementsAre(3, 3, 3, 3));
}

TEST(ShrinkValues, GatherWhatIsNeededInTheFirstElement) {
  const auto sum_is_large = [](const std::vector<double>& x) {
    double sum = 0;
    for (const double element : x) sum += element;
    return sum > 2.5;
  };
  EXPECT_THAT(smallest_values(floats("4", ordinary()), sum_is_large), ElementsAre(3, 0, 0, 0));
}

TEST(ShrinkValues, TakeFewRunsWhereManyElementsAreNeeded) {
  const CaseSpace space(of({}, {{"x", floats("64 64")}}));
  const auto fails = [](const Case& a_case) {
    double sum = 0;
    for (const double element : elements(values(a_case, "x"))) sum += std::abs(element);
    return sum / 4096 > 0.5;
  };
  const Shrunk shrunk = shrink(space, some_failing(space, fails), fails);
  EXPECT_TRUE(shrunk.is_dry);
  EXPECT_LE(shrunk.runs, 700);
}

TEST(ShrinkValues, ReachComplexNumbers) {
  const CaseSpace space(of({}, {{"x", complexes("2")}}));
  const auto fails = [](const Case& a_case) {
    const Array& x = values(a_case, "x");
    return std::get<std::complex<double>>(x.at(0)).imag() != 0;
  };
  const Case result = smallest(space, fails);
  EXPECT_EQ(values(result, "x").at(0), Scalar(std::complex<double>(0, 1)));
  EXPECT_EQ(values(result, "x").at(1), Scalar(std::complex<double>(0, 0)));
}

}  // namespace
}  // namespace gradgrind
