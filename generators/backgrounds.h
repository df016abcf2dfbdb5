// The classes of floating values that fill a whole array. Internal.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>
#include <vector>

#include "generators/float_bits.h"
#include "generators/words.h"

namespace gradgrind::detail {

/// The real elements of an array, or the parts of its complex ones.
template <class T>
struct Parts {
  T* data;
  std::int64_t count;
  std::int64_t row;  ///< Parts in one row of the last dim.
  bool is_complex;
};

/// What values for a T are computed in.
template <class T>
using Compute = std::conditional_t<std::is_same_v<T, double>, double, float>;

/// Uniform in [-1, 1].
template <class Real>
Real uniform_value(std::uint64_t word) {
  return static_cast<Real>(static_cast<std::int64_t>(word)) * Real(0x1p-63);
}

/// Approximately normal, of mean 0 and variance 1: the sum of the word's four 16-bit lanes, each
/// uniform, with further bits below so that values are rarely equal. Within 3.47; kurtosis 2.7.
template <class Real>
Real normal_value(std::uint64_t word) {
  constexpr auto lane = [](std::uint64_t bits) {
    return static_cast<std::int64_t>(static_cast<std::int16_t>(bits));
  };
  // Each lane has the mean -1/2 and the variance 2^32/12 in units of its last bit.
  const std::int64_t sum = lane(word) + lane(word >> 16) + lane(word >> 32) + lane(word >> 48) + 2;
  const auto finer = static_cast<std::int32_t>((word * 0x9e3779b97f4a7c15ULL) >> 32);
  constexpr Real kScale = Real(1.7320508075688772 * 0x1p-16 * 0x1p-32);
  return static_cast<Real>(sum * (std::int64_t{1} << 32) + finer) * kScale;
}

/// Either sign, magnitudes 1e-3 .. 1e3, each octave alike.
template <class Real>
Real log_uniform_value(std::uint64_t word) {
  using Format = FloatBits<Real>;
  using Bits = typename Format::Bits;
  constexpr std::uint64_t kOctaves = 20;
  constexpr Bits kLowestExponent = (Format::kInfinity >> Format::kMantissa) / 2 - 10;
  const Bits octave = static_cast<Bits>((((word >> 52) & 0x7ff) * kOctaves) >> 11);
  const Bits mantissa = static_cast<Bits>(word) & (Format::kSmallestNormal - 1);
  const Bits bits = ((kLowestExponent + octave) << Format::kMantissa) | mantissa;
  const Real magnitude = std::min(std::max(Format::value(bits), Real(1e-3)), Real(1e3));
  // Put in by hand: a branch on a random sign is guessed wrong every other time.
  const Bits sign = static_cast<Bits>(word >> 63) << (sizeof(Bits) * 8 - 1);
  return Format::value(static_cast<Bits>(Format::bits(magnitude) | sign));
}

/// An integer -9 .. 9.
template <class Real>
Real small_integer_value(std::uint64_t word) {
  return static_cast<Real>(static_cast<int>(((word >> 32) * 19) >> 32) - 9);
}

/// A value between the bounds.
template <class T>
T value_between(const Range<T>& range, std::uint64_t word) {
  using Real = Compute<T>;
  constexpr int kDigits = std::numeric_limits<Real>::digits;
  const Real part =
      static_cast<Real>(word >> (64 - kDigits)) / static_cast<Real>(std::uint64_t{1} << kDigits);
  const Real lowest = static_cast<Real>(range.lowest);
  const Real highest = static_cast<Real>(range.highest);
  // Weighing the ends does not overflow where their difference would.
  const Real value = lowest * (1 - part) + highest * part;
  return T(std::min(std::max(value, lowest), highest));
}

/// What values stand for "any one value" of a policy.
template <class T>
T typical_value(bool is_bounded, const Range<T>& range, std::uint64_t word) {
  if (is_bounded) return value_between(range, word);
  // One bit decides, so each kind takes the rest of a word of its own.
  const std::uint64_t other = mix(word);
  return T((word & 1) != 0 ? small_integer_value<Compute<T>>(other)
                           : log_uniform_value<Compute<T>>(other));
}

template <class T, class Value>
void fill_each(Parts<T> parts, Words words, Value value) {
  for (std::int64_t i = 0; i < parts.count; ++i) parts.data[i] = T(value(words[i]));
}

/// Values on a coarse grid, where the largest of each row of two or more stands at least twice.
template <class T>
void fill_ties(Parts<T> parts, Words words) {
  using Real = Compute<T>;
  fill_each(parts, words, [](std::uint64_t word) {
    return static_cast<Real>(static_cast<int>(word >> 61) - 4) * Real(0.5);
  });
  if (parts.is_complex || parts.row < 2) return;
  const Words places = words.fork();
  for (std::int64_t i = 0; i < parts.count / parts.row; ++i) {
    T* row = parts.data + i * parts.row;
    const T* largest = std::max_element(row, row + parts.row,
                                        [](T a, T b) { return Compute<T>(a) < Compute<T>(b); });
    const std::int64_t distance = 1 + places.below(i, parts.row - 1);
    row[(largest - row + distance) % parts.row] = *largest;
  }
}

template <class T>
void fill_one_hot(Parts<T> parts, Words words) {
  std::fill_n(parts.data, parts.count, T(0));
  if (parts.count == 0) return;
  for (std::int64_t i = 0; i < parts.count / parts.row; ++i)
    parts.data[i * parts.row + words.below(i, parts.row)] = T(1);
}

/// The values of a class that has few of them, or none where it has many.
template <class T>
std::vector<T> few_values(const std::string& value_class, bool is_bounded, const Range<T>& range,
                          std::uint64_t key) {
  using Format = FloatBits<T>;
  const Words words = Words(key).fork();
  if (value_class == "zero") return {T(0)};
  if (value_class == "lowest") return {range.lowest};
  if (value_class == "highest") return {range.highest};
  if (value_class == "constant")
    return {key == 0 ? range.simplest() : typical_value(is_bounded, range, words[0])};
  if (value_class == "edges")
    return {range.lowest, range.highest, range.clamped(Format::above(range.lowest)),
            range.clamped(Format::below(range.highest)), range.simplest()};
  std::vector<T> values;
  if (value_class == "repeats") {
    const std::int64_t count = 2 + words.below(0, 3);
    for (std::int64_t i = 1; i <= count; ++i)
      values.push_back(typical_value(is_bounded, range, words[i]));
  }
  return values;
}

/// Fills by a class that is no kind of spike. Answers false when it knows no such class.
template <class T>
bool fill_background(const std::string& value_class, bool is_bounded, const Range<T>& range,
                     std::uint64_t key, Parts<T> parts) {
  using Real = Compute<T>;
  const Words words(key);
  const std::vector<T> few = few_values(value_class, is_bounded, range, key);
  if (!few.empty()) {
    fill_from(few, words, parts.data, parts.count);
  } else if (value_class == "small_integers") {
    fill_each(parts, words, small_integer_value<Real>);
  } else if (value_class == "ties") {
    fill_ties(parts, words);
  } else if (value_class == "one_hot") {
    fill_one_hot(parts, words);
  } else if (value_class == "normal") {
    fill_each(parts, words, normal_value<Real>);
  } else if (value_class == "uniform" && is_bounded) {
    fill_each(parts, words, [&](std::uint64_t word) { return value_between(range, word); });
  } else if (value_class == "uniform") {
    fill_each(parts, words, uniform_value<Real>);
  } else if (value_class == "log_uniform") {
    fill_each(parts, words, log_uniform_value<Real>);
  } else {
    return false;
  }
  return true;
}

}  // namespace gradgrind::detail
