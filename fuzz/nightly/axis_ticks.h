// Where an axis has its ticks, and what stands at them.
//
// Layer 4, faces. No LibTorch.
#pragma once

#include <string>
#include <vector>

namespace gradgrind::nightly {

struct Tick {
  double value = 0;
  std::string label;
};

/// From 0 to the first round number at or above `most`: whole numbers, `steps` of them at most.
std::vector<Tick> count_ticks(double most, int steps);
/// From 0 up to `seconds`, at whole seconds, minutes, hours or days; `steps` at most.
std::vector<Tick> time_ticks(double seconds, int steps);

/// "950", "9,500", "12k", "1.2M".
std::string short_number(double number);

}  // namespace gradgrind::nightly
