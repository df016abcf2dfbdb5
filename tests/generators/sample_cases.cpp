#include "tests/generators/sample_cases.h"

#include <limits>

namespace gradgrind {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();

/// A small attention: what a finding looks like.
Case attention() {
  std::vector<double> values(16, 0.0);
  values[11] = 1;
  Case result;
  result.dim("B", 2).dim("T", 1).dim("E", 8).dim("H", 1).parameter("dropout", 0.5);
  result.tensor("x", array(DType::float32, {2, 1, 8}, values));
  result.tensor("pad", array(DType::boolean, {2, 1}, {0, 0}));
  result.weights_from(7, WeightPolicy::noisy);
  return result;
}

Case extreme_values() {
  Case result;
  for (const DType dtype : {DType::float32, DType::float64, DType::float16, DType::bfloat16}) {
    result.tensor(
        std::string(name(dtype)),
        array(dtype, {3, 4},
              {kInf, -kInf, kNaN, -kNaN, 0.0, -0.0, largest_finite(dtype), -largest_finite(dtype),
               smallest_subnormal(dtype), smallest_normal(dtype), 0.1, 1 + epsilon(dtype)}));
  }
  for (const DType dtype : all_integers()) {
    result.tensor(
        std::string(name(dtype)),
        array(dtype, {3},
              std::vector<Scalar>{lowest_integer(dtype), highest_integer(dtype), std::int64_t{0}}));
  }
  for (const DType dtype : all_complex()) {
    result.tensor(std::string(name(dtype)),
                  array(dtype, {2, 1},
                        std::vector<Scalar>{std::complex<double>(0.1, -0.0),
                                            std::complex<double>(-kInf, kNaN)}));
  }
  result.of_dtype(DType::bfloat16).seeded(std::numeric_limits<std::uint64_t>::max());
  return result;
}

Case all_layouts_and_lists() {
  Case result;
  result.variadic("batch", {2, 3}).variadic("none", {}).dim("T", 0);
  const Shape shape = {2, 1, 3, 2};
  for (const LayoutKind kind : all_layouts()) {
    Array values = array(DType::float32, shape, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
    const Layout layout = make_layout(kind, shape, 5);
    make_representable(layout, values);
    result.tensor(std::string(name(kind)), values, layout);
  }
  Layout shared;
  shared.kind = LayoutKind::alias;
  shared.alias_of = "contiguous";
  result.tensor("same", result.input("contiguous").tensors[0].values, shared);
  result.tensor("list", array(DType::int64, {}, {3})).tensor("list", array(DType::int64, {1}, {4}));
  result.tensor("list", Array(DType::uint8, {0, 3})).absent("mask");
  result.tensor("on meta", array(DType::float16, {1}, {0.5}), {}, Device::meta);
  return result;
}

Case parameters_and_weights() {
  Case result;
  result.parameter("flag", true).parameter("none", std::int64_t{0}).parameter("whole", 2.0);
  result.parameter("lowest", kLowest).parameter("highest", kHighest).parameter("tiny", 4.9e-324);
  result.parameter("negative zero", -0.0).parameter("infinite", -kInf).parameter("large", 1e22);
  result.parameter("text", std::string("kNaN \"quoted\" \\ \?\?/ tab\t nul\0 line\n end", 39));
  result.parameter("unicode", std::string("\xc3\xa4\xe2\x82\xac"));
  result.parameter("bytes", std::string("\xff\xfe 0"));
  result.parameter("long", std::string(300, 'a'));
  result.parameter("graph", OpaqueValue{nullptr, "Graph<int>", "3 nodes", 1ULL << 63, {0, 4, 1}});
  result.weights_from(12345678901234567890ULL, WeightPolicy::extreme);
  result.weight("fc.weight", array(DType::float64, {2, 1}, {0.1, 1.0 / 3}));
  result.weight("steps", array(DType::int64, {}, std::vector<Scalar>{(std::int64_t{1} << 53) + 1}));
  return result;
}

}  // namespace

const std::vector<SampleCase>& sample_cases() {
  static const std::vector<SampleCase> samples = {
      {"attention", attention()},
      {"empty", {}},
      {"extreme_values", extreme_values()},
      {"layouts_and_lists", all_layouts_and_lists()},
      {"parameters_and_weights", parameters_and_weights()},
  };
  return samples;
}

}  // namespace gradgrind
