#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "gradgrind/generators/shrink.h"

namespace gradgrind {
namespace {

TEST(Simplicity, AscendsAlongTheFixedOrder) {
  const double infinity = std::numeric_limits<double>::infinity();
  const double ascending[] = {0.0,
                              -0.0,
                              1,
                              -1,
                              2,
                              -2,
                              3,
                              1000,
                              -1000,
                              1 << 24,
                              0.5,
                              -0.5,
                              1.5,
                              0.25,
                              0.75,
                              0.1,
                              std::ldexp(1.0, 30),
                              std::ldexp(1.0, -40),
                              1e30,
                              infinity,
                              -infinity,
                              std::nan("")};
  for (std::size_t i = 1; i < std::size(ascending); ++i)
    EXPECT_LT(simplicity(ascending[i - 1]), simplicity(ascending[i])) << ascending[i];
}

TEST(Simplicity, PrefersPowersOfTwoAmongHugeNumbers) {
  EXPECT_LT(simplicity(std::ldexp(1.0, 100)), simplicity(1e30));
  EXPECT_LT(simplicity(std::ldexp(1.0, 99)), simplicity(std::ldexp(1.0, 100)));
  EXPECT_LT(simplicity(std::ldexp(1.0, -40)), simplicity(std::ldexp(1.0, -41)));
}

Case one_input(Array values) {
  Case a_case;
  a_case.dim("B", values.shape()[0]);
  return a_case.tensor("x", std::move(values));
}

Array row(std::vector<double> values) {
  return array(DType::float32, {static_cast<std::int64_t>(values.size())}, values);
}

/// That the first case is smaller than the second, and not the other way round.
void expect_smaller(const Case& smaller, const Case& larger) {
  EXPECT_TRUE(is_smaller(smaller, larger));
  EXPECT_FALSE(is_smaller(larger, smaller));
}

TEST(IsSmaller, IsStrict) {
  const Case a_case = one_input(row({1, 2}));
  EXPECT_FALSE(is_smaller(a_case, a_case));
}

TEST(IsSmaller, CountsInputsThatAreNotAtTheirSimplestFirst) {
  Case one_of_five = one_input(row({1, 2, 3, 4, 5})).tensor("y", row({0}));
  Case two_of_one = one_input(row({1})).tensor("y", row({1}));
  expect_smaller(one_of_five, two_of_one);
}

TEST(IsSmaller, ThenComparesTotalNumel) {
  expect_smaller(one_input(row({9, 9})), one_input(row({0, 0, 1})));
}

TEST(IsSmaller, ThenDimsByName) {
  Case wide = Case().dim("B", 1).dim("T", 6).tensor("x", Array(DType::float32, {1, 6}));
  Case square = Case().dim("B", 2).dim("T", 3).tensor("x", Array(DType::float32, {2, 3}));
  expect_smaller(wide, square);
}

TEST(IsSmaller, ThenParametersLayoutsDevicesDtypesWeightsAndValues) {
  const Case simplest = one_input(row({0, 0}));
  Case value = one_input(row({1, 0}));
  Case weight = Case(simplest).weights_from(1, WeightPolicy::fresh);
  Case dtype = one_input(Array(DType::float64, {2}));
  Case device = Case(simplest);
  device.inputs[0].tensors[0].device = Device::cuda;
  Case layout = Case(simplest);
  layout.inputs[0].tensors[0].layout = make_layout(LayoutKind::strided, {2}, 0);
  for (Case* a_case : {&value, &weight, &dtype, &device, &layout}) a_case->parameter("p", 0.0);
  const Case parameter = Case(simplest).parameter("p", 1.0);
  expect_smaller(value, weight);
  expect_smaller(weight, dtype);
  expect_smaller(dtype, device);
  expect_smaller(device, layout);
  expect_smaller(layout, parameter);
}

TEST(IsSmaller, CountsElementsThatAreNotZeroBeforeItLooksAtThem) {
  expect_smaller(one_input(row({0, 999})), one_input(row({1, 1})));
}

TEST(IsSmaller, PrefersWhatIsNotZeroAtTheFront) {
  expect_smaller(one_input(row({999, 0})), one_input(row({0, 999})));
  expect_smaller(one_input(row({999, 0})), one_input(row({0, 1})));
}

TEST(IsSmaller, FollowsTheOrderOfAParametersDomain) {
  Signature signature;
  signature.inputs = {{"x", floats("2")}};
  signature.parameters = {{"mode", choice({"longest", "mid", "a"})}};
  const CaseSpace space(signature);
  const Case base = Case().tensor("x", row({0, 0}));
  const Case first = Case(base).parameter("mode", std::string("longest"));
  const Case last = Case(base).parameter("mode", std::string("a"));
  EXPECT_TRUE(is_smaller(space, first, last));
  EXPECT_FALSE(is_smaller(space, last, first));
}

}  // namespace
}  // namespace gradgrind
