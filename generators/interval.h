// Intervals of 64-bit integers, for narrowing the sizes that dims may take.
//
// Layer 1, vocabulary. Internal. Every result encloses all results of the operation on members that
// fit 64 bits; of two points it is exact.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "generators/dim_expr.h"

namespace gradgrind {

/// All integers from `lowest` to `highest`, both inclusive; empty when they are reversed.
struct Interval {
  std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
  std::int64_t highest = std::numeric_limits<std::int64_t>::max();

  static Interval point(std::int64_t value) { return {value, value}; }
  static Interval none() { return {1, 0}; }

  bool is_empty() const { return lowest > highest; }
  bool is_point() const { return lowest == highest; }
  bool contains(std::int64_t value) const { return lowest <= value && value <= highest; }
  /// Whether a bound is one of 64 bits, so that values beyond it may have been cut off.
  bool is_cut() const {
    return lowest == std::numeric_limits<std::int64_t>::min() ||
           highest == std::numeric_limits<std::int64_t>::max();
  }

  friend bool operator==(Interval a, Interval b) {
    return a.lowest == b.lowest && a.highest == b.highest;
  }
  friend bool operator!=(Interval a, Interval b) { return !(a == b); }
};

inline Interval intersection(Interval a, Interval b) {
  return {std::max(a.lowest, b.lowest), std::min(a.highest, b.highest)};
}

/// Values of `left` and `right` combined. Neither may be empty.
Interval combine(DimExpr::Node::Kind kind, Interval left, Interval right);

/// What `left` and `right` can still be when combined they are in `result`: narrows both.
void narrow_operands(DimExpr::Node::Kind kind, Interval result, Interval& left, Interval& right);

}  // namespace gradgrind
