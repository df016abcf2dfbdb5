// Asserts that no vector starts with three given numbers: a chance of one in 2^96 for a generator
// that draws blindly. A test fuzzes it and expects them to be found.
#include <vector>

#include "gradgrind/fuzz/rapidcheck.h"

namespace gg = gradgrind;

GRADGRIND_FUZZ(gg::rapidcheck_property("three_constants", [](const std::vector<int>& numbers) {
  if (numbers.size() < 3) return;
  if (numbers[0] != 0x1badcafe) return;
  if (numbers[1] != 0x0ddba11) return;
  RC_ASSERT(numbers[2] != 0x7e57ab1e);
}));
