#include "gradgrind/generators/case_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <sstream>

#include "tests/generators/sample_cases.h"

namespace gradgrind {
namespace {

using ::testing::HasSubstr;

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// What stands behind "dtype [shape] layout: ".
std::string values_text(const Array& values) {
  const std::string text = describe(TensorValue{values, {}, Device::cpu, ""});
  return text.substr(text.find(": ") + 2);
}

const Case& sample(const std::string& name) {
  for (const SampleCase& candidate : sample_cases()) {
    if (candidate.name == name) return candidate.content;
  }
  throw std::out_of_range(name);
}

std::size_t longest_line(const std::string& text) {
  std::istringstream lines(text);
  std::size_t longest = 0;
  for (std::string line; std::getline(lines, line);) longest = std::max(longest, line.size());
  return longest;
}

TEST(DescribeCase, PrintsALineForEachPart) {
  EXPECT_EQ(describe(sample("attention")),
            "dims      B=2 E=8 H=1 T=1\n"
            "x         float32 [2, 1, 8] contiguous: all zero but [1, 0, 3] = 1\n"
            "pad       bool [2, 1] contiguous: all false\n"
            "dropout   0.5\n"
            "weights   seed 7, noisy");
}

TEST(DescribeCase, PrintsTheWeightsOfAnEmptyCase) {
  EXPECT_EQ(describe(Case{}), "weights   seed 0, fresh");
}

TEST(DescribeCase, PrintsListsAbsenceVariadicDimsAndWhatIsNotTheDefault) {
  Case a_case;
  a_case.variadic("batch", {2, 3}).of_dtype(DType::float16).absent("mask").seeded(9);
  a_case.tensor("xs", array(DType::int64, {}, {3})).tensor("xs", array(DType::int64, {1}, {4}));
  a_case.tensor("a_rather_long_name", array(DType::float16, {1}, {0.1}), {}, Device::cuda);
  a_case.parameter("activation", std::string("relu")).parameter("causal", true);
  a_case.weights_from(1, WeightPolicy::extreme).weight("w", Array{}).weight("b", Array{});
  EXPECT_EQ(describe(a_case),
            "dims                *batch=[2, 3]\n"
            "dtype               float16\n"
            "mask                absent\n"
            "xs[0]               int64 [] contiguous: 3\n"
            "xs[1]               int64 [1] contiguous: [4]\n"
            "a_rather_long_name  float16 [1] contiguous on cuda: [0.1]\n"
            "activation          \"relu\"\n"
            "causal              true\n"
            "weights             seed 1, extreme, 2 given by value\n"
            "seed                9");
}

TEST(DescribeCase, BreaksLinesAt100Columns) {
  Case a_case;
  a_case.tensor("x", array(DType::float64, {2, 5},
                           {0.1234567890123, 1.1234567890123, 2.0, 3.1234567890123, 4.1234567890123,
                            5.0, 6.1234567890123, 7.1234567890123, 8.0, 9.0}));
  a_case.parameter("text", OpaqueValue{nullptr, "T", std::string(200, '#'), 0, {}});
  EXPECT_EQ(describe(a_case),
            "x         float64 [2, 5] contiguous: [[0.1234567890123, 1.1234567890123, 2, "
            "3.1234567890123,\n"
            "          4.1234567890123], [5, 6.1234567890123, 7.1234567890123, 8, 9]]\n"
            "text      " +
                std::string(90, '#') + "\n          " + std::string(90, '#') + "\n          " +
                std::string(20, '#') + "\nweights   seed 0, fresh");
}

TEST(DescribeCase, GivesAWideLabelItsOwnLine) {
  Case a_case;
  a_case.absent(std::string(29, 'n')).absent(std::string(150, 'w'));
  const std::string indent(30, ' ');
  EXPECT_EQ(describe(a_case), std::string(29, 'n') + "\n" + indent + "absent\n" +
                                  std::string(100, 'w') + "\n" + std::string(50, 'w') + "\n" +
                                  indent + "absent\nweights                       seed 0, fresh");
}

TEST(DescribeCase, CountsCodePointsAsColumns) {
  std::string accents;
  for (int i = 0; i < 90; ++i) accents += "\xc3\xa4";
  Case a_case;
  a_case.parameter("text", OpaqueValue{nullptr, "T", accents + "b", 0, {}});
  EXPECT_EQ(describe(a_case), "text      " + accents + "\n          b\nweights   seed 0, fresh");
}

TEST(DescribeCase, EscapesControlCharacters) {
  Case a_case;
  a_case.parameter("text", OpaqueValue{nullptr, "T", "a\nb\033[2J", 0, {}});
  EXPECT_THAT(describe(a_case), HasSubstr("text      a\\nb\\x1b[2J\n"));
}

TEST(DescribeCase, KeepsEverySampleWithinTheColumns) {
  for (const SampleCase& candidate : sample_cases()) {
    EXPECT_LE(longest_line(describe(candidate.content)), 100u) << candidate.name;
  }
}

TEST(DescribeTensor, NamesDtypeShapeLayoutAndDevice) {
  TensorValue tensor;
  tensor.values = array(DType::int32, {2, 2}, {0, 1, 2, 0});
  tensor.layout = make_layout(LayoutKind::permuted, {2, 2}, 0);
  tensor.device = Device::meta;
  EXPECT_EQ(describe(tensor), "int32 [2, 2] permuted (1, 0) on meta: [[0, 1], [2, 0]]");
}

TEST(DescribeTensor, PrintsSmallArraysWhole) {
  EXPECT_EQ(values_text(array(DType::float32, {}, {3})), "3");
  EXPECT_EQ(values_text(array(DType::float32, {1, 1}, {0})), "[[0]]");
  EXPECT_EQ(values_text(array(DType::boolean, {2}, {1, 0})), "[true, false]");
  EXPECT_EQ(values_text(array(DType::float16, {3}, {0.1, kNaN, -kInf})), "[0.1, nan, -inf]");
  EXPECT_EQ(values_text(array(DType::complex64, {2},
                              std::vector<Scalar>{std::complex<double>(1, -2), 3.0})),
            "[1-2i, 3+0i]");
  EXPECT_EQ(values_text(Array(DType::int8, {0, 3})), "empty");
}

TEST(DescribeTensor, PrintsConstantsByTheirValue) {
  EXPECT_EQ(values_text(array(DType::int64, {3}, {3, 3, 3})), "all 3");
  EXPECT_EQ(values_text(Array(DType::complex128, {3})), "all zero");
  EXPECT_EQ(values_text(array(DType::float32, {2}, {-0.0, -0.0})), "all -0");
  EXPECT_EQ(values_text(array(DType::float32, {2}, {kNaN, kNaN})), "all nan");
  EXPECT_EQ(values_text(array(DType::boolean, {2}, {1, 1})), "all true");
}

TEST(DescribeTensor, TellsMinusZeroFromZero) {
  EXPECT_EQ(values_text(array(DType::float32, {2}, {0, -0.0})), "[0, -0]");
}

TEST(DescribeTensor, PrintsUpToFourExceptionsFromTheUsualValue) {
  Array values(DType::float32, {5, 5});
  values.set(24, 2.0);
  values.set(0, kNaN);
  values.set(7, -0.5);
  values.set(8, 1e-45);
  EXPECT_EQ(values_text(values),
            "all zero but [0, 0] = nan, [1, 2] = -0.5, [1, 3] = 1e-45, [4, 4] = 2");
  values.set(9, 1.0);
  EXPECT_EQ(values_text(values), "min -0.5, max 2, mean 0.1042, 1 NaN");
}

TEST(DescribeTensor, DigestsLargeArrays) {
  Array reals(DType::float64, {20});
  Array integers(DType::int64, {20});
  Array flags(DType::boolean, {20});
  Array pairs(DType::complex64, {20});
  for (std::int64_t i = 0; i < 20; ++i) {
    reals.set(i, i % 2 == 0 ? 1.7e308 : -1.7e308);
    integers.set(i, i == 3 ? std::numeric_limits<std::int64_t>::min() : i);
    flags.set(i, std::int64_t{i % 3 == 0});
    pairs.set(i, std::complex<double>(static_cast<double>(3 * i), static_cast<double>(4 * i)));
  }
  EXPECT_EQ(values_text(reals), "min -1.7e+308, max 1.7e+308, mean 0");
  EXPECT_EQ(values_text(integers), "min -9223372036854775808, max 19, mean -4.612e+17");
  EXPECT_EQ(values_text(flags), "7 of 20 true");
  EXPECT_EQ(values_text(pairs), "moduli min 0, max 95, mean 47.5");
}

TEST(DescribeTensor, CountsWhatIsNotFiniteInADigest) {
  Array values(DType::float32, {20});
  for (std::int64_t i = 0; i < 20; ++i) {
    values.set(i, i % 4 == 0 ? kNaN : i % 4 == 1 ? kInf : -kInf);
  }
  EXPECT_EQ(values_text(values), "5 NaN, 15 infinite");
  values.set(0, 2.0);
  EXPECT_EQ(values_text(values), "min 2, max 2, mean 2, 4 NaN, 15 infinite");
}

TEST(AsCpp, PrintsAnEmptyCase) { EXPECT_EQ(as_cpp(Case{}), "gg::Case repro;\n"); }

TEST(AsCpp, PrintsStatementsToPaste) {
  EXPECT_EQ(as_cpp(sample("attention")),
            "gg::Case repro;\n"
            "repro.dim(\"B\", 2).dim(\"E\", 8).dim(\"H\", 1).dim(\"T\", 1)"
            ".parameter(\"dropout\", 0.5);\n"
            "repro.tensor(\"x\", gg::array(gg::DType::float32, {2, 1, 8}, "
            "{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0,\n"
            "    0, 0, 0}));\n"
            "repro.tensor(\"pad\", gg::array(gg::DType::boolean, {2, 1}, {false, false}));\n"
            "repro.weights_from(7, gg::WeightPolicy::noisy);\n");
}

TEST(AsCpp, DeclaresALayoutWhereATensorIsNotContiguous) {
  Case a_case;
  Layout layout;
  layout.kind = LayoutKind::strided;
  layout.step = {2};
  layout.start = {1};
  layout.expanded = {false};
  layout.alias_of = "y";
  a_case.tensor("x", array(DType::float32, {1}, {0.1}), layout);
  a_case.tensor("y", array(DType::float32, {1}, {0.1}), {}, Device::cuda);
  EXPECT_EQ(as_cpp(a_case),
            "gg::Case repro;\n"
            "gg::Layout layout1;\n"
            "layout1.kind = gg::LayoutKind::strided;\n"
            "layout1.step = {2};\n"
            "layout1.start = {1};\n"
            "layout1.expanded = {false};\n"
            "layout1.alias_of = \"y\";\n"
            "repro.tensor(\"x\", gg::array(gg::DType::float32, {1}, {0.1}), layout1);\n"
            "repro.tensor(\"y\", gg::array(gg::DType::float32, {1}, {0.1}), gg::Layout{}, "
            "gg::Device::cuda);\n");
}

TEST(AsCpp, GivesEachFloatTheFewestExactDigits) {
  Case a_case;
  a_case.tensor("x",
                array(DType::float64, {6},
                      {0.1 + 0.2, -0.0, 3, 1e300, 9007199254740993.0, 12345678901234567890.0}));
  EXPECT_THAT(as_cpp(a_case), HasSubstr("{0.30000000000000004, -0.0, 3, 1e+300,\n    "
                                        "9007199254740992.0, 12345678901234567168.0}"));
}

TEST(AsCpp, NamesInfinityAndNaNOnlyWhereTheyOccur) {
  Case a_case;
  a_case.parameter("kInf", std::string("kNaN"));
  EXPECT_EQ(as_cpp(a_case), "gg::Case repro;\nrepro.parameter(\"kInf\", std::string(\"kNaN\"));\n");
  a_case.tensor("x", array(DType::float32, {2}, {-kInf, kNaN}));
  EXPECT_THAT(as_cpp(a_case),
              HasSubstr("constexpr double kInf = std::numeric_limits<double>::infinity();\n"
                        "constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();\n"));
  EXPECT_THAT(as_cpp(a_case), HasSubstr("{-kInf, kNaN}"));
}

TEST(AsCpp, LeavesTheMakingOfAnOpaqueValueToTheContract) {
  Case a_case;
  a_case.parameter("k", OpaqueValue{nullptr, "Graph", "3 nodes", 5, {1, 2}});
  EXPECT_EQ(as_cpp(a_case),
            "gg::Case repro;\n"
            "// The contract makes this value again from its seed.\n"
            "repro.parameter(\"k\", gg::OpaqueValue{nullptr, \"Graph\", \"3 nodes\", 5, "
            "{1, 2}});\n");
}

TEST(AsCpp, KeepsEverySampleWithinTheColumns) {
  for (const SampleCase& candidate : sample_cases()) {
    EXPECT_LE(longest_line(as_cpp(candidate.content)), 100u) << candidate.name;
  }
}

}  // namespace
}  // namespace gradgrind
