// One sample of each domain, with a test of membership that knows nothing of its repair.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "gradgrind/generators/domain.h"

namespace gradgrind {

struct DomainSample {
  std::string name;
  Domain domain;
  std::vector<std::int64_t> bounds;
  std::vector<DType> dtypes;
  std::function<bool(const Array&)> is_member;
};

/// Shapes that every domain must cope with: scalars, empty and single rows among them.
inline const std::vector<Shape>& awkward_shapes() {
  static const std::vector<Shape> shapes = {{},     {0},    {1},    {2},       {9},
                                            {3, 0}, {0, 4}, {4, 1}, {2, 3, 5}, {2, 1, 1, 3}};
  return shapes;
}

/// The elements of one row of the last dim as reals; a scalar is a row.
using Row = std::vector<double>;

inline std::vector<Row> rows_of(const Array& array) {
  const std::int64_t length = array.rank() == 0 ? 1 : array.shape().back();
  std::vector<Row> rows;
  for (std::int64_t i = 0; length > 0 && i < array.numel(); i += length) {
    rows.emplace_back();
    for (std::int64_t j = 0; j < length; ++j) rows.back().push_back(array.real_at(i + j));
  }
  return rows;
}

template <class Test>
std::function<bool(const Array&)> each_row(Test test) {
  return [=](const Array& array) {
    const auto rows = rows_of(array);
    return std::all_of(rows.begin(), rows.end(), test);
  };
}

template <class Test>
std::function<bool(const Array&)> each_value(Test test) {
  return each_row([=](const Row& row) { return std::all_of(row.begin(), row.end(), test); });
}

inline std::function<bool(const Array&)> each_between(double lowest, double highest) {
  return each_value([=](double value) { return lowest <= value && value <= highest; });
}

/// Rows that are valid, then padding, and hold at least `shortest` valid positions.
inline std::function<bool(const Array&)> each_padded(double padding, std::int64_t shortest) {
  return each_row([=](const Row& row) {
    const auto end = std::find(row.begin(), row.end(), padding);
    return end - row.begin() >= shortest &&
           std::all_of(end, row.end(), [=](double value) { return value == padding; });
  });
}

inline std::function<bool(const Array&)> each_keeping(double kept) {
  return each_row(
      [=](const Row& row) { return std::find(row.begin(), row.end(), kept) != row.end(); });
}

inline bool ascends(const Row& row) {
  return std::is_sorted(row.begin(), row.end(),
                        [](double a, double b) { return std::isnan(b) ? !std::isnan(a) : a < b; });
}

inline bool is_permutation(const Row& row) {
  Row sorted = row;
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (sorted[i] != static_cast<double>(i)) return false;
  }
  return true;
}

inline bool is_causal(const Array& array) {
  const std::int64_t queries =
      array.rank() < 2 ? 1 : array.shape()[static_cast<std::size_t>(array.rank() - 2)];
  const auto rows = rows_of(array);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = 0; j < rows[i].size(); ++j) {
      if ((rows[i][j] != 0) !=
          (static_cast<std::int64_t>(j) > static_cast<std::int64_t>(i) % queries))
        return false;
    }
  }
  return true;
}

/// Non-negative, and the sum within what rounding in `dtype` leaves.
inline bool is_simplex(const Array& array) {
  const double unit = epsilon(array.dtype());
  return each_row([=](const Row& row) {
    double sum = 0;
    for (const double value : row) {
      if (!(value >= 0)) return false;
      sum += value;
    }
    return std::abs(sum - 1) <= 4.1 * unit;
  })(array);
}

inline const std::vector<DomainSample>& domain_samples() {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const std::vector<DType> floating = {DType::float32, DType::float64,   DType::bfloat16,
                                       DType::float16, DType::complex64, DType::complex128};
  const std::vector<DType> integral = {DType::int64, DType::int32, DType::int16, DType::int8,
                                       DType::uint8};
  const std::vector<DType> boolean = {DType::boolean, DType::uint8};
  const auto is_finite = each_value([](double value) { return !std::isnan(value); });
  const auto is_any = [](const Array&) { return true; };
  const auto ordinary_values = each_between(-1500, 1500);  // the modulus of complex ones included
  static const std::vector<DomainSample> samples = {
      {"floats", floats(""), {}, floating, ordinary_values},
      {"extremes", floats("", extremes()), {}, floating, is_finite},
      {"special", floats("", special()), {}, floating, is_any},
      {"between", floats("", between(-2.3, 7.1)), {}, all_floats(), each_between(-2.3, 7.1)},
      {"far_between",
       floats("", between(1e-3, 1e30)),
       {},
       common_floats(),
       each_between(1e-3, 1e30)},
      {"complexes", complexes(""), {}, all_complex(), ordinary_values},
      {"integers", integers("", -5, 100), {}, integral, each_between(-5, 100)},
      {"booleans", booleans(""), {}, boolean, each_between(0, 1)},
      {"ids", ids("", "V"), {7}, integral, each_between(0, 6)},
      {"ids_of_none", ids("", "V"), {0}, integral, each_between(0, 0)},
      {"labels", labels("", "C"), {3}, integral, each_between(0, 2)},
      {"probabilities", probabilities(""), {}, all_floats(), each_between(0, 1)},
      {"simplices", simplices(""), {}, all_floats(), is_simplex},
      {"lengths", lengths("", "T", 2), {9}, integral, each_between(2, 9)},
      {"lengths_of_none", lengths("", "T", 2), {0}, integral, each_between(0, 0)},
      {"padding_mask", padding_mask("", marks_padding), {}, boolean, each_padded(1, 1)},
      {"valid_mask", padding_mask("", marks_valid), {}, boolean, each_padded(0, 1)},
      {"padding_mask_or_empty",
       padding_mask_or_empty("", marks_padding),
       {},
       boolean,
       each_padded(1, 0)},
      {"mask", mask("", marks_padding), {}, boolean, each_keeping(0)},
      {"keeping_mask", mask("", marks_valid), {}, boolean, each_keeping(1)},
      {"causal_mask", causal_mask("", marks_padding), {}, boolean, is_causal},
      {"additive_mask",
       additive_mask(""),
       {},
       all_floats(),
       [=](const Array& array) {
         return each_keeping(0)(array) &&
                each_value([=](double value) { return value == 0 || value == -kInfinity; })(array);
       }},
      {"permutations", permutations(""), {}, integral, each_row(is_permutation)},
      {"indices",
       indices("", "N"),
       {6},
       {DType::int64, DType::int32, DType::int8},
       each_between(-6, 5)},
      {"slices", slices("", "N"), {5}, integral, each_row([](const Row& row) {
         if (row[0] < 0 || row[0] > 5) return false;
         if (row.size() > 1 && (row[1] < row[0] || row[1] > 5)) return false;
         return std::all_of(row.begin() + std::min<std::ptrdiff_t>(2, row.size()), row.end(),
                            [](double step) { return step >= 1; });
       })},
      {"sorted", sorted(""), {}, all_floats(), each_row(ascends)},
      {"sorted_special", sorted("", special()), {}, all_floats(), each_row(ascends)},
      {"broadcastable", broadcastable("x", between(0, 3)), {}, all_floats(), each_between(0, 3)},
  };
  return samples;
}

}  // namespace gradgrind
