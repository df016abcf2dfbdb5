// The bits of the real floating dtypes, where arithmetic would round or flush. Internal.
#pragma once

#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "generators/storage.h"

namespace gradgrind::detail {

template <class T>
struct FloatFormat;
template <>
struct FloatFormat<float> {
  using Bits = std::uint32_t;
  static constexpr int kMantissa = 23;
};
template <>
struct FloatFormat<double> {
  using Bits = std::uint64_t;
  static constexpr int kMantissa = 52;
};
template <>
struct FloatFormat<c10::Half> {
  using Bits = std::uint16_t;
  static constexpr int kMantissa = 10;
};
template <>
struct FloatFormat<c10::BFloat16> {
  using Bits = std::uint16_t;
  static constexpr int kMantissa = 7;
};

template <class T>
struct FloatBits {
  using Bits = typename FloatFormat<T>::Bits;
  static constexpr int kMantissa = FloatFormat<T>::kMantissa;
  static constexpr Bits kSign = static_cast<Bits>(Bits{1} << (sizeof(Bits) * 8 - 1));
  static constexpr Bits kSmallestNormal = static_cast<Bits>(Bits{1} << kMantissa);
  static constexpr Bits kInfinity = static_cast<Bits>(kSign - kSmallestNormal);
  static constexpr Bits kLargest = static_cast<Bits>(kInfinity - 1);
  static constexpr Bits kNan = static_cast<Bits>(kInfinity | (kSmallestNormal >> 1));

  static T value(Bits bits) {
    T result;
    std::memcpy(&result, &bits, sizeof bits);
    return result;
  }

  static Bits bits(T value) {
    Bits result;
    std::memcpy(&result, &value, sizeof result);
    return result;
  }

  /// The next value towards +infinity; of the largest one that is +infinity.
  static T above(T value) {
    const Bits old = bits(value);
    if (old == kSign) return FloatBits::value(1);
    return FloatBits::value(static_cast<Bits>((old & kSign) != 0 ? old - 1 : old + 1));
  }

  static T below(T value) { return negated(above(negated(value))); }

  static T negated(T value) { return FloatBits::value(static_cast<Bits>(bits(value) ^ kSign)); }
};

/// Bounds on the values of a T, both inclusive and finite.
template <class T>
struct Range {
  T lowest;
  T highest;

  /// The values of T between two reals; where there are none, the one next to `least`.
  static Range between(double least, double most) {
    using Format = FloatBits<T>;
    const double largest = to_real(Format::value(Format::kLargest));
    least = std::fmin(std::fmax(least, -largest), largest);
    most = std::fmin(std::fmax(most, -largest), largest);
    const T nearest = from_real<T>(least);
    Range range{nearest, from_real<T>(most)};
    if (to_real(range.lowest) < least) range.lowest = Format::above(range.lowest);
    if (to_real(range.highest) > most) range.highest = Format::below(range.highest);
    if (to_real(range.lowest) > to_real(range.highest)) range = {nearest, nearest};
    return range;
  }

  T clamped(T value) const {
    const double real = to_real(value);
    if (real < to_real(lowest)) return lowest;
    if (real > to_real(highest)) return highest;
    return value;
  }

  /// The value that is nearest to 0.
  T simplest() const { return clamped(from_real<T>(0)); }
};

}  // namespace gradgrind::detail
