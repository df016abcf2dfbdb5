// The checks that an engineer writes by hand for a masked function, with nothing of Gradgrind's.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bench {

/// What a masked function is given, as numbers.
struct MaskedInput {
  std::int64_t batch = 1;
  std::int64_t length = 1;
  std::int64_t width = 1;
  std::vector<char> hides;    ///< Positions of a mask over [batch, length], or [length, length].
  std::vector<float> x;       ///< [batch, length, width].
  std::vector<float> other;   ///< What stands in place of hidden elements of x the second time.
  std::int64_t position = 0;  ///< The query that is looked at, or the last one that sees.
};

/// Sizes up to which the inputs of a function are drawn.
struct MaskedSizes {
  std::int64_t batch = 0;  ///< 0: there is no function of the name.
  std::int64_t length = 0;
  std::int64_t width = 0;
};
MaskedSizes most_of(const std::string& name);

/// Numbers that a mask over such an input has.
std::size_t mask_size_of(const std::string& name, const MaskedInput& input);

/// Runs the planted masker `name`, or its twin for "sound_" and the name. Throws std::logic_error
/// where a result is not finite, or changes with what the mask hides.
void check_mask_by_hand(const std::string& name, const MaskedInput& input);

}  // namespace bench
