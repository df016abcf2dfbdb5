// Which property judges an input.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "gradgrind/properties/property.h"

namespace gradgrind::fuzz {

/// Shares the 256 values of a byte out among properties: one that costs half as much has about
/// twice as many, and each has one at least. A byte keeps its property when others are added, but
/// for those that the new ones take over.
class PropertyChoice {
 public:
  explicit PropertyChoice(const Suite& suite);
  /// Position in the suite.
  std::size_t operator[](std::uint8_t byte) const { return chosen_[byte]; }

 private:
  std::array<std::size_t, 256> chosen_{};
};

/// What of the contract's suite can judge single inputs: claims over every case that the contract
/// neither rules out nor expects to fail.
Suite fuzzed_suite(const Contract& contract);

}  // namespace gradgrind::fuzz
