#include <cmath>
#include <limits>

#include "generators/shrinker.h"
#include "generators/simplicity.h"

namespace gradgrind::shrinking {
namespace {

/// Simplifies one finite number in steps, each of which starts from what the last one reached.
class RealSimplifier {
 public:
  RealSimplifier(double value, double largest, const std::function<bool(double)>& accepts)
      : value_(value), largest_(largest), accepts_(accepts) {}

  void run() {
    if (is_one_of_the_simplest()) return;
    if (!std::isfinite(value_)) make_finite();
    if (!std::isfinite(value_)) return;
    if (value_ < 0) try_value(-value_);
    const double magnitude = std::abs(value_);
    if (magnitude > kLargestSimpleInteger || magnitude < 1 / kLargestSimpleInteger) approach_one();
    if (std::abs(value_) <= kLargestSimpleInteger) {
      if (!is_integer()) try_value(std::trunc(value_)) || try_value(away_from_zero(value_));
      if (!is_integer()) drop_binary_places();
      lower_numerator();
    }
    if (simplicity(value_).first >= 5) drop_significant_bits();
  }

 private:
  bool try_value(double candidate) {
    if (!accepts_(candidate)) return false;
    value_ = candidate;
    return true;
  }

  bool is_integer() const { return std::trunc(value_) == value_; }

  static double away_from_zero(double value) {
    return value < 0 ? std::floor(value) : std::ceil(value);
  }

  bool is_one_of_the_simplest() {
    for (const double simplest : {0.0, 1.0, -1.0}) {
      if (value_ == simplest && !std::signbit(value_ - simplest)) return true;
      if (try_value(simplest)) return true;
    }
    return false;
  }

  void make_finite() {
    const double infinity = std::numeric_limits<double>::infinity();
    const double huge = std::ldexp(1.0, std::ilogb(largest_));
    for (const double candidate : {2.0, huge, -huge, infinity, -infinity}) {
      if (candidate == value_ || try_value(candidate)) return;
    }
    // Of all the bit patterns of NaN the canonical one is the simplest.
    try_value(std::numeric_limits<double>::quiet_NaN());
  }

  /// Moves a huge or tiny number to the power of two nearest to 1 that will do.
  void approach_one() {
    const int exponent = std::ilogb(value_);
    const int direction = exponent < 0 ? -1 : 1;
    const auto power = [&](std::int64_t octaves) {
      return std::copysign(std::ldexp(1.0, direction * static_cast<int>(octaves)), value_);
    };
    const int outer = direction > 0 ? exponent + 1 : -exponent;
    if (!try_value(power(outer)) && !try_value(power(outer - 1))) return;
    std::int64_t refused = 0;
    std::int64_t reached = std::abs(std::ilogb(value_));
    while (reached - refused > 1) {
      const std::int64_t middle = refused + (reached - refused) / 2;
      (try_value(power(middle)) ? reached : refused) = middle;
    }
  }

  /// The neighbours of the value among the multiples of 2^-bits.
  bool try_binary_places(int bits) {
    const double scaled = std::ldexp(value_, bits);
    const double truncated = std::ldexp(std::trunc(scaled), -bits);
    const double extended = std::ldexp(away_from_zero(scaled), -bits);
    return try_value(truncated) || try_value(extended);
  }

  void drop_binary_places() {
    if (simplicity(value_).first != 4 && !try_binary_places(kDyadicBits)) return;
    int refused = 0;
    int reached = places();
    while (reached - refused > 1) {
      const int middle = refused + (reached - refused) / 2;
      (try_binary_places(middle) ? reached : refused) = middle;
    }
  }

  /// The least number of binary places that hold the value, at most kDyadicBits.
  int places() const {
    int bits = 0;
    while (bits < kDyadicBits && std::trunc(std::ldexp(value_, bits)) != std::ldexp(value_, bits))
      ++bits;
    return bits;
  }

  /// Lowers k of an integer k or of k / 2^n.
  void lower_numerator() {
    const int bits = places();
    const double numerator = std::ldexp(std::abs(value_), bits);
    if (std::trunc(numerator) != numerator) return;
    const double sign = std::copysign(1.0, value_);
    lower(static_cast<std::int64_t>(numerator), [&](std::int64_t candidate) {
      return try_value(sign * std::ldexp(static_cast<double>(candidate), -bits));
    });
  }

  void drop_significant_bits() {
    for (const int bits : {1, 2, 4, 8}) {
      const int shift = bits - 1 - std::ilogb(value_);
      const double scaled = std::ldexp(value_, shift);
      if (try_value(std::ldexp(std::trunc(scaled), -shift)) ||
          try_value(std::ldexp(away_from_zero(scaled), -shift)))
        return;
    }
  }

  double value_;
  double largest_;
  const std::function<bool(double)>& accepts_;
};

}  // namespace

void simplify(double value, double largest, const std::function<bool(double)>& accepts) {
  RealSimplifier(value, largest, accepts).run();
}

}  // namespace gradgrind::shrinking
