#include "gradgrind/generators/case.h"

#include <gmock/gmock.h>

#include <complex>
#include <limits>
#include <vector>

#include "gradgrind/generators/error.h"

namespace gradgrind {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Property;
using testing::SizeIs;
using testing::ThrowsMessage;

TEST(Case, IsBuiltByHand) {
  Case built;
  built.dim("B", 2)
      .variadic("batch", {3, 1})
      .parameter("dropout", 0.5)
      .of_dtype(DType::float64)
      .tensor("x", array(DType::float64, {2}, {1, 2}))
      .tensor("xs", array(DType::int64, {1}, {7}))
      .tensor("xs", array(DType::int64, {1}, {8}), {}, Device::meta)
      .absent("bias")
      .weights_from(7, WeightPolicy::noisy)
      .weight("fc.bias", array(DType::float32, {1}, {0.5}))
      .seeded(9);
  EXPECT_EQ(built.dims["B"], 2);
  EXPECT_EQ(built.dims.variadic.at("batch"), (Shape{3, 1}));
  EXPECT_EQ(built.parameters.at("dropout"), ParameterValue(0.5));
  EXPECT_EQ(built.dtype, DType::float64);
  ASSERT_THAT(built.inputs, SizeIs(3));
  EXPECT_EQ(built.input("x").tensors.front().values.at(1), Scalar(2.0));
  ASSERT_THAT(built.input("xs").tensors, SizeIs(2));
  EXPECT_EQ(built.input("xs").tensors[1].device, Device::meta);
  EXPECT_THAT(built.input("bias").tensors, IsEmpty());
  EXPECT_EQ(built.weights.seed, 7U);
  EXPECT_EQ(built.weights.policy, WeightPolicy::noisy);
  EXPECT_EQ(built.weights.state.front().name, "fc.bias");
  EXPECT_EQ(built.seed, 9U);
  EXPECT_EQ(total_numel(built), 4);
}

TEST(Case, ComparesByValue) {
  Case a;
  a.tensor("x", array(DType::float32, {1}, {1}));
  Case b = a;
  EXPECT_EQ(a, b);
  b.input("x").tensors.front().values.set(0, 2.0);
  EXPECT_NE(a, b);
  EXPECT_EQ(a.input("x").tensors.front().values.at(0), Scalar(1.0)) << "a copy is deep";
}

TEST(Case, TakesTheLastValueGivenForAWeight) {
  Case built;
  built.weight("w", array(DType::float32, {1}, {1})).weight("w", array(DType::float32, {1}, {2}));
  ASSERT_THAT(built.weights.state, SizeIs(1));
  EXPECT_EQ(built.weights.state.front().values.at(0), Scalar(2.0));
}

TEST(Case, ListsItsInputsWhenOneIsUnknown) {
  Case built;
  built.absent("mask").absent("label");
  EXPECT_THAT(
      [&] { built.input("lable"); },
      ThrowsMessage<UsageError>(HasSubstr(
          "Case::input(): unknown input 'lable'; known: mask, label. Did you mean 'label'?")));
}

TEST(Case, RefusesAnAbsentInputThatHasATensor) {
  Case built;
  built.tensor("x", Array());
  EXPECT_THAT([&] { built.absent("x"); },
              ThrowsMessage<UsageError>(HasSubstr("Case::absent(\"x\"): the input was given a")));
}

TEST(ArrayOfLiterals, HoldsEachValueInItsDtype) {
  EXPECT_EQ(array(DType::float32, {2}, {0.1, -1}).at(0),
            Scalar(static_cast<double>(static_cast<float>(0.1))));
  EXPECT_EQ(array(DType::int8, {2}, {-128, 127}).at(0), Scalar(std::int64_t{-128}));
  EXPECT_EQ(array(DType::boolean, {2}, {0, 1}).at(1), Scalar(std::int64_t{1}));
  EXPECT_EQ(array(DType::complex64, {1}, {2}).at(0), Scalar(std::complex<double>(2, 0)));
  EXPECT_EQ(array(DType::float32, {}, {3}).rank(), 0);
  EXPECT_EQ(array(DType::float32, {0}, {}).numel(), 0);
}

TEST(ArrayOfLiterals, TakesScalarsForWhatADoubleCannotHold) {
  const std::int64_t large = (std::int64_t{1} << 53) + 1;
  EXPECT_EQ(array(DType::int64, {1}, std::vector<Scalar>{large}).at(0), Scalar(large));
  const std::complex<double> value(1, -2);
  EXPECT_EQ(array(DType::complex128, {1}, std::vector<Scalar>{value}).at(0), Scalar(value));
}

TEST(ArrayOfLiterals, TakesOneValueForEachElement) {
  EXPECT_THAT(
      [] {
        array(DType::float32, {2, 2}, {1, 2, 3});
      },
      ThrowsMessage<UsageError>(
          HasSubstr("array(): 3 values were given but shape [2, 2] holds 4; give one for each")));
}

TEST(ArrayOfLiterals, RefusesFractionsAsIntegers) {
  EXPECT_THAT([] { array(DType::int64, {1}, {0.5}); },
              ThrowsMessage<UsageError>(HasSubstr("array(): 0.5 is no value of dtype int64")));
  const std::vector<double> infinite = {std::numeric_limits<double>::infinity()};
  EXPECT_THAT([&] { array(DType::int64, {1}, infinite); },
              ThrowsMessage<UsageError>(HasSubstr("array(): inf is no value of dtype int64")));
}

TEST(Device, HasAName) {
  for (const Device device : {Device::cpu, Device::cuda, Device::meta}) {
    EXPECT_EQ(device_named(name(device)), device);
  }
  EXPECT_THAT([] { device_named("gpu"); },
              ThrowsMessage<UsageError>(HasSubstr("unknown device 'gpu'; known: cpu, cuda, meta")));
}

TEST(WeightPolicy, HasAName) {
  for (const WeightPolicy policy :
       {WeightPolicy::fresh, WeightPolicy::noisy, WeightPolicy::extreme, WeightPolicy::as_given}) {
    EXPECT_EQ(weight_policy_named(name(policy)), policy);
  }
  EXPECT_THAT(
      [] { weight_policy_named("trained"); },
      ThrowsMessage<UsageError>(HasSubstr("unknown weight policy 'trained'; known: fresh")));
}

}  // namespace
}  // namespace gradgrind
