// The classes of floating values that honest code may not cope with, put into single elements of an
// ordinary background or everywhere. Internal.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "generators/backgrounds.h"
#include "generators/float_bits.h"
#include "generators/words.h"
#include "gradgrind/generators/source.h"

namespace gradgrind::detail {

enum class Spike { huge, tiny, nan, infinity, negative_zero, subnormal, max, lowest };

/// A value of the kind, made of bits: arithmetic may be set to flush subnormals.
template <class T>
T spike_value(Spike spike, std::uint64_t word) {
  using Format = FloatBits<T>;
  using Bits = typename Format::Bits;
  constexpr std::uint64_t kTwoOctaves = std::uint64_t{2} << Format::kMantissa;
  const Bits sign = (word >> 63) != 0 ? Format::kSign : Bits{0};
  const std::uint64_t rest = word & ~(std::uint64_t{1} << 63);
  const auto value = [](std::uint64_t bits) { return Format::value(static_cast<Bits>(bits)); };
  switch (spike) {
    case Spike::huge:
      return value(sign | (Format::kLargest - rest % kTwoOctaves));
    case Spike::tiny:
      return value(sign | (Format::kSmallestNormal + rest % kTwoOctaves));
    case Spike::nan:
      return value(Format::kNan);
    case Spike::infinity:
      return value(sign | Format::kInfinity);
    case Spike::negative_zero:
      return value(Format::kSign);
    case Spike::subnormal:
      return value(sign | (1 + rest % (Format::kSmallestNormal - 1)));
    case Spike::max:
      return value(Format::kLargest);
    case Spike::lowest:
      return value(Format::kSign | Format::kLargest);
  }
  return T(0);
}

/// Spikes of one kind at 1 to 4 drawn positions, or now and then everywhere.
template <class T>
void fill_spikes(Source& source, Spike spike, Parts<T> parts) {
  constexpr std::uint64_t kMost = 4;
  const std::uint64_t how_many = source.below(kMost + 1);
  if (parts.count == 0) return;
  if (how_many == kMost) {
    const Words words(source.key());
    for (std::int64_t i = 0; i < parts.count; ++i) parts.data[i] = spike_value<T>(spike, words[i]);
    return;
  }
  for (std::uint64_t i = 0; i <= how_many; ++i) {
    const std::uint64_t at = source.below(static_cast<std::uint64_t>(parts.count));
    parts.data[at] = spike_value<T>(spike, mix(source.key()));
  }
}

}  // namespace gradgrind::detail
