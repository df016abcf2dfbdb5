// Our features as AFL++ counts them: places of its own map, beside those of the branches.
#pragma once

#include <cstddef>

namespace gradgrind::fuzz {

/// Places for features; note() takes them by number.
constexpr std::size_t kFeaturePlaces = 4096;

/// Counts one feature; does nothing under another engine, or none.
void note_for_afl(std::size_t place);

}  // namespace gradgrind::fuzz
