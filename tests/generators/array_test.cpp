#include "gradgrind/generators/array.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <charconv>
#include <cmath>
#include <limits>
#include <string>

#include "gradgrind/generators/error.h"

namespace gradgrind {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// One element of `dtype` set to `value`.
Array element(DType dtype, const Scalar& value) {
  Array array(dtype, {});
  array.set(0, value);
  return array;
}

double stored(DType dtype, const Scalar& value) { return element(dtype, value).real_at(0); }

/// The element of a 16-bit dtype with these bits.
Array of_bits(DType dtype, unsigned bits) {
  Array array(dtype, {});
  *array.as<std::uint16_t>() = static_cast<std::uint16_t>(bits);
  return array;
}

template <class Call>
std::string usage_error(Call call) {
  try {
    call();
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no error";
}

TEST(DType, IsFoundByItsName) {
  for (const char* known : {"float32", "float64", "bfloat16", "float16", "complex64", "complex128",
                            "int64", "int32", "int16", "int8", "uint8", "bool"}) {
    EXPECT_EQ(name(dtype_named(known)), known);
  }
  const std::string error = usage_error([] { dtype_named("float8"); });
  EXPECT_THAT(error, testing::HasSubstr("float8"));
  EXPECT_THAT(error, testing::HasSubstr("bfloat16"));
}

TEST(DType, KnowsItsLimits) {
  EXPECT_EQ(largest_finite(DType::float16), 65504);
  EXPECT_EQ(largest_finite(DType::bfloat16), 0x1.fep127);
  EXPECT_EQ(largest_finite(DType::complex64), std::numeric_limits<float>::max());
  EXPECT_EQ(largest_finite(DType::float64), std::numeric_limits<double>::max());
  EXPECT_EQ(smallest_normal(DType::float16), 0x1p-14);
  EXPECT_EQ(smallest_normal(DType::float32), std::numeric_limits<float>::min());
  EXPECT_EQ(smallest_subnormal(DType::float16), 0x1p-24);
  EXPECT_EQ(smallest_subnormal(DType::bfloat16), 0x1p-133);
  EXPECT_EQ(smallest_subnormal(DType::float64), std::numeric_limits<double>::denorm_min());
  EXPECT_EQ(epsilon(DType::bfloat16), 0x1p-7);
  EXPECT_EQ(epsilon(DType::float32), 0x1p-23);
  EXPECT_EQ(lowest_integer(DType::int8), -128);
  EXPECT_EQ(highest_integer(DType::uint8), 255);
  EXPECT_EQ(highest_integer(DType::boolean), 1);
  EXPECT_EQ(lowest_integer(DType::int64), std::numeric_limits<std::int64_t>::min());
}

TEST(DType, RefusesLimitsThatItDoesNotHave) {
  EXPECT_EQ(usage_error([] { epsilon(DType::int8); }),
            "epsilon(): dtype int8 is not floating; give a floating or complex dtype.");
  EXPECT_EQ(usage_error([] { lowest_integer(DType::float32); }),
            "lowest_integer(): dtype float32 is neither integral nor bool; give one of those.");
}

TEST(Array, StartsAsZerosOfItsShape) {
  const Array array(DType::float64, {2, 3});
  EXPECT_EQ(array.numel(), 6);
  EXPECT_EQ(array.size_in_bytes(), 48u);
  for (int i = 0; i < 6; ++i) EXPECT_EQ(array.at(i), Scalar(0.0));
  EXPECT_EQ(Array().shape(), Shape{0});
  EXPECT_EQ(Array(DType::int8, {}).numel(), 1);
  EXPECT_EQ(Array(DType::int8, {4, 0, 7}).size_in_bytes(), 0u);
}

TEST(Array, RefusesImpossibleShapes) {
  EXPECT_EQ(usage_error([] {
              Array(DType::float32, {2, -1});
            }),
            "Array(): shape [2, -1] has the size -1; sizes are at least 0.");
  EXPECT_THAT(usage_error([] {
                Array(DType::float32, {1LL << 40, 1LL << 40});
              }),
              testing::HasSubstr("more than 2^63 bytes"));
  // 16 PiB, which no machine gives.
  EXPECT_THAT(usage_error([] { Array(DType::float32, {1LL << 52}); }),
              testing::HasSubstr("bytes, which are not to be had; give smaller sizes"));
  EXPECT_EQ(Array(DType::float32, {1LL << 40, 1LL << 40, 0}).numel(), 0);
}

TEST(Array, RefusesIndicesOutside) {
  const Array array(DType::float32, {2});
  EXPECT_EQ(usage_error([&] { array.at(2); }),
            "Array::at(): index 2 of an array of shape [2]; give 0 <= index < 2.");
  EXPECT_THAT(usage_error([&] { array.real_at(-1); }), testing::HasSubstr("index -1"));
}

class SixteenBitFloat : public testing::TestWithParam<DType> {};

TEST_P(SixteenBitFloat, KeepsEveryValueThatItHas) {
  for (unsigned bits = 0; bits < 0x10000; ++bits) {
    const Array array = of_bits(GetParam(), bits);
    if (std::isnan(array.real_at(0))) continue;
    ASSERT_EQ(element(GetParam(), array.at(0)), array) << bits;
  }
}

TEST_P(SixteenBitFloat, RoundsOnceAndToEven) {
  const unsigned largest = GetParam() == DType::float16 ? 0x7bff : 0x7f7f;
  for (unsigned bits = 0; bits < largest; ++bits) {
    const double low = of_bits(GetParam(), bits).real_at(0);
    const double high = of_bits(GetParam(), bits + 1).real_at(0);
    const double middle = (low + high) / 2;
    const double even = bits % 2 == 0 ? low : high;
    ASSERT_EQ(stored(GetParam(), middle), even) << bits;
    // Nearer to the middle than any float: by way of a float these would round to even.
    ASSERT_EQ(stored(GetParam(), std::nextafter(middle, kInfinity)), high) << bits;
    ASSERT_EQ(stored(GetParam(), std::nextafter(middle, 0.0)), low) << bits;
    ASSERT_EQ(stored(GetParam(), -std::nextafter(middle, kInfinity)), -high) << bits;
  }
}

TEST_P(SixteenBitFloat, OverflowsFromTheMiddleOn) {
  const double largest = largest_finite(GetParam());
  const double half_step = std::ldexp(epsilon(GetParam()), std::ilogb(largest) - 1);
  EXPECT_EQ(stored(GetParam(), std::nextafter(largest + half_step, 0.0)), largest);
  EXPECT_EQ(stored(GetParam(), largest + half_step), kInfinity);
  EXPECT_EQ(stored(GetParam(), -1e300), -kInfinity);
  EXPECT_TRUE(std::isnan(stored(GetParam(), kNan)));
}

TEST_P(SixteenBitFloat, PrintsTextThatReadsBack) {
  for (unsigned bits = 0; bits < 0x10000; ++bits) {
    const Array array = of_bits(GetParam(), bits);
    if (!std::isfinite(array.real_at(0))) continue;
    const std::string text = to_string(array.at(0), GetParam());
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    ASSERT_EQ(element(GetParam(), value), array) << text;
    ASSERT_LE(text.size(), 11u) << text;
  }
}

INSTANTIATE_TEST_SUITE_P(Array, SixteenBitFloat, testing::Values(DType::float16, DType::bfloat16),
                         [](const auto& test) { return std::string(name(test.param)); });

TEST(Array, RoundsIntegersOnceThatNoDoubleHolds) {
  // Just above the middle of two bfloat16 values; as a double it would be the middle itself.
  const std::int64_t middle = (std::int64_t{1} << 62) + (std::int64_t{1} << 54);
  EXPECT_EQ(stored(DType::bfloat16, middle), 0x1p62);
  EXPECT_EQ(stored(DType::bfloat16, middle + 1), 0x1.02p62);
  EXPECT_EQ(stored(DType::bfloat16, -middle - 1), -0x1.02p62);
  EXPECT_EQ(stored(DType::float32, (std::int64_t{1} << 60) + (std::int64_t{1} << 36) + 1),
            0x1.000002p60);
}

TEST(Array, SaturatesIntegers) {
  EXPECT_EQ(element(DType::uint8, std::int64_t{-1}).at(0), Scalar(std::int64_t{0}));
  EXPECT_EQ(element(DType::uint8, 300.0).at(0), Scalar(std::int64_t{255}));
  EXPECT_EQ(element(DType::int8, -kInfinity).at(0), Scalar(std::int64_t{-128}));
  EXPECT_EQ(element(DType::int64, 1e300).at(0), Scalar(std::numeric_limits<std::int64_t>::max()));
  EXPECT_EQ(element(DType::int32, kNan).at(0), Scalar(std::int64_t{0}));
  EXPECT_EQ(element(DType::int16, 2.5).at(0), Scalar(std::int64_t{2}));
  EXPECT_EQ(element(DType::int16, 3.5).at(0), Scalar(std::int64_t{4}));
  EXPECT_EQ(element(DType::boolean, 0.25).at(0), Scalar(std::int64_t{1}));
}

TEST(Array, KeepsIntegersThatNoDoubleHolds) {
  const Scalar odd = (std::int64_t{1} << 60) + 1;
  EXPECT_EQ(element(DType::int64, odd).at(0), odd);
}

TEST(Array, GivesTheModulusOfComplexElements) {
  EXPECT_EQ(stored(DType::complex64, std::complex<double>(3, -4)), 5);
  EXPECT_EQ(element(DType::complex128, 2.0).at(0), Scalar(std::complex<double>(2, 0)));
  EXPECT_EQ(element(DType::float32, std::complex<double>(3, -4)).at(0), Scalar(3.0));
}

TEST(Array, ComparesBits) {
  EXPECT_EQ(element(DType::float32, kNan), element(DType::float32, kNan));
  EXPECT_NE(element(DType::float32, 0.0), element(DType::float32, -0.0));
  EXPECT_NE(Array(DType::float32, {2, 0}), Array(DType::float32, {0, 2}));
  EXPECT_NE(Array(DType::float32, {2}), Array(DType::int32, {2}));
}

TEST(Array, PrintsTheFewestDigits) {
  EXPECT_EQ(to_string(Scalar(0.1f), DType::float32), "0.1");
  EXPECT_EQ(to_string(Scalar(0.1), DType::float64), "0.1");
  EXPECT_EQ(to_string(Scalar(double{0.1f}), DType::float64), "0.10000000149011612");
  EXPECT_EQ(to_string(element(DType::float16, 0.1).at(0), DType::float16), "0.1");
  EXPECT_EQ(to_string(element(DType::bfloat16, 3.14).at(0), DType::bfloat16), "3.14");
  EXPECT_EQ(to_string(Scalar(65504.0), DType::float16), "65504");
  EXPECT_EQ(to_string(Scalar(-0.0), DType::float32), "-0");
  EXPECT_EQ(to_string(Scalar(3.0), DType::float32), "3");
  EXPECT_EQ(to_string(Scalar(kNan), DType::float16), "nan");
  EXPECT_EQ(to_string(Scalar(-kInfinity), DType::float32), "-inf");
  EXPECT_EQ(to_string(Scalar(std::complex<double>(1, 2)), DType::complex64), "1+2i");
  EXPECT_EQ(to_string(Scalar(std::complex<double>(0.5, -kInfinity)), DType::complex64), "0.5-infi");
  EXPECT_EQ(to_string(Scalar(std::int64_t{-7}), DType::int8), "-7");
  EXPECT_EQ(to_string(Scalar(std::int64_t{1}), DType::boolean), "true");
  EXPECT_EQ(to_string(Shape{2, 3}), "[2, 3]");
  EXPECT_EQ(to_string(Shape{}), "[]");
}

/// 0, 1, 2, ... in row-major order.
Array counting(DType dtype, Shape shape) {
  Array array(dtype, std::move(shape));
  for (std::int64_t i = 0; i < array.numel(); ++i) array.set(i, i);
  return array;
}

TEST(Take, KeepsTheSlicesInTheOrderGiven) {
  const Array source = counting(DType::int16, {2, 3, 2});
  const Array taken = take(source, 1, {2, 0});
  ASSERT_EQ(taken.shape(), (Shape{2, 2, 2}));
  const std::vector<std::int64_t> expected = {4, 5, 0, 1, 10, 11, 6, 7};
  for (std::size_t i = 0; i < expected.size(); ++i)
    EXPECT_EQ(taken.at(static_cast<std::int64_t>(i)), Scalar(expected[i]));
  EXPECT_EQ(take(source, 0, {0, 1}), source);
  EXPECT_EQ(take(source, 2, {}).shape(), (Shape{2, 3, 0}));
  EXPECT_EQ(take(Array(DType::int8, {0, 3}), 1, {1}).shape(), (Shape{0, 1}));
}

TEST(Take, RefusesWhatIsNotThere) {
  const Array source(DType::int16, {2, 3});
  EXPECT_EQ(usage_error([&] { take(source, 2, {}); }),
            "take(): dim 2 of an array of shape [2, 3]; give 0 <= dim < 2.");
  EXPECT_EQ(usage_error([&] { take(source, 1, {3}); }),
            "take(): index 3 of dim 1 of an array of shape [2, 3]; give 0 <= index < 3.");
}

TEST(Cast, RoundsEachElement) {
  const Array source = counting(DType::float64, {3});
  EXPECT_EQ(cast(source, DType::uint8), counting(DType::uint8, {3}));
  EXPECT_EQ(cast(cast(source, DType::complex64), DType::float64), source);
  EXPECT_EQ(cast(element(DType::float64, 1.0 + 0x1p-12), DType::float16),
            element(DType::float16, 1.0));
  EXPECT_EQ(cast(counting(DType::int32, {3}), DType::boolean).at(2), Scalar(std::int64_t{1}));
}

}  // namespace
}  // namespace gradgrind
