#include "generators/interval.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>

namespace gradgrind {
namespace {

using Kind = DimExpr::Node::Kind;

constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

std::int64_t saturated_sum(std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  if (!__builtin_add_overflow(a, b, &result)) return result;
  return a < 0 ? kLeast : kMost;
}

std::int64_t saturated_difference(std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  if (!__builtin_sub_overflow(a, b, &result)) return result;
  return a < 0 ? kLeast : kMost;
}

std::int64_t saturated_product(std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  if (!__builtin_mul_overflow(a, b, &result)) return result;
  return (a < 0) == (b < 0) ? kMost : kLeast;
}

std::int64_t floor_quotient(std::int64_t a, std::int64_t b) {
  if (b == -1) return saturated_difference(0, a);
  const bool rounds_up = a % b != 0 && (a < 0) != (b < 0);
  return a / b - (rounds_up ? 1 : 0);
}

std::int64_t ceiling_quotient(std::int64_t a, std::int64_t b) {
  if (b == -1) return saturated_difference(0, a);
  const bool rounds_down = a % b != 0 && (a < 0) == (b < 0);
  return a / b + (rounds_down ? 1 : 0);
}

Interval sum(Interval a, Interval b) {
  return {saturated_sum(a.lowest, b.lowest), saturated_sum(a.highest, b.highest)};
}

Interval difference(Interval a, Interval b) {
  return {saturated_difference(a.lowest, b.highest), saturated_difference(a.highest, b.lowest)};
}

Interval product(Interval a, Interval b) {
  if (a.lowest >= 0 && b.lowest >= 0) {
    return {saturated_product(a.lowest, b.lowest), saturated_product(a.highest, b.highest)};
  }
  const auto [lowest, highest] = std::minmax(
      {saturated_product(a.lowest, b.lowest), saturated_product(a.lowest, b.highest),
       saturated_product(a.highest, b.lowest), saturated_product(a.highest, b.highest)});
  return {lowest, highest};
}

Interval without_zero(Interval a) {
  if (a.lowest == 0) ++a.lowest;
  if (a.highest == 0) --a.highest;
  return a;
}

/// The integers q with q * b == a.
Interval exact_quotient(Interval a, Interval b) {
  b = without_zero(b);
  if (b.is_empty()) return Interval::none();
  if (b.lowest > 0) {
    return {ceiling_quotient(a.lowest, a.lowest >= 0 ? b.highest : b.lowest),
            floor_quotient(a.highest, a.highest >= 0 ? b.lowest : b.highest)};
  }
  if (b.highest < 0) {
    return {ceiling_quotient(a.highest, a.highest >= 0 ? b.highest : b.lowest),
            floor_quotient(a.lowest, a.lowest >= 0 ? b.lowest : b.highest)};
  }
  // The divisor may be 1 or -1.
  const std::int64_t magnitude = std::max(
      {a.highest, saturated_difference(0, a.lowest), saturated_difference(0, a.highest), a.lowest});
  return {magnitude == kMost ? kLeast : -magnitude, magnitude};
}

/// Narrows `factor` to what times `other` can be in `result`.
void narrow_factor(Interval result, Interval other, Interval& factor) {
  if (other.contains(0) && result.contains(0)) return;
  factor = intersection(factor, exact_quotient(result, other));
}

}  // namespace

Interval combine(Kind kind, Interval left, Interval right) {
  if (left.is_point() && right.is_point()) {
    const std::optional<std::int64_t> value = combine(kind, left.lowest, right.lowest);
    return value ? Interval::point(*value) : Interval::none();
  }
  switch (kind) {
    case Kind::sum:
      return sum(left, right);
    case Kind::difference:
      return difference(left, right);
    case Kind::product:
      return product(left, right);
    default:
      return exact_quotient(left, right);
  }
}

void narrow_operands(Kind kind, Interval result, Interval& left, Interval& right) {
  switch (kind) {
    case Kind::sum:
      left = intersection(left, difference(result, right));
      right = intersection(right, difference(result, left));
      return;
    case Kind::difference:
      left = intersection(left, sum(result, right));
      right = intersection(right, difference(left, result));
      return;
    case Kind::product:
      narrow_factor(result, right, left);
      narrow_factor(result, left, right);
      return;
    default:
      right = intersection(right, without_zero(right));
      left = intersection(left, product(result, right));
      narrow_factor(left, result, right);
      return;
  }
}

}  // namespace gradgrind
