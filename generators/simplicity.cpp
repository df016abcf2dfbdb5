#include "generators/simplicity.h"

#include <cmath>

#include "gradgrind/generators/shrink.h"

namespace gradgrind {
namespace {

using shrinking::kDyadicBits;
using shrinking::kLargestDyadic;
using shrinking::kLargestSimpleInteger;

int significant_bits(double value) {
  int exponent = 0;
  double mantissa = std::abs(std::frexp(value, &exponent));
  int bits = 0;
  for (; mantissa != 0; ++bits) mantissa = mantissa * 2 - std::floor(mantissa * 2);
  return bits;
}

}  // namespace

std::pair<int, double> simplicity(double value) {
  if (std::isnan(value)) return {8, 0};
  const int sign = std::signbit(value) ? 1 : 0;
  if (std::isinf(value)) return {7, sign};
  if (value == 0) return {0, sign};
  const double magnitude = std::abs(value);
  if (magnitude == 1) return {1 + sign, 0};
  if (magnitude <= kLargestSimpleInteger && std::trunc(value) == value)
    return {3, 2 * magnitude + sign};
  if (magnitude <= kLargestDyadic) {
    for (int bits = 1; bits <= kDyadicBits; ++bits) {
      const double scaled = std::ldexp(magnitude, bits);
      if (std::trunc(scaled) == scaled) return {4, std::ldexp(bits, 40) + 2 * scaled + sign};
    }
  }
  const bool is_moderate =
      1 / kLargestSimpleInteger <= magnitude && magnitude <= kLargestSimpleInteger;
  const int octaves = std::abs(std::ilogb(value));
  return {is_moderate ? 5 : 6, 4096.0 * significant_bits(value) + octaves};
}

}  // namespace gradgrind
