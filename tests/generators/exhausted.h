// The case that a space gives where nothing can be drawn.
#pragma once

#include "gradgrind/generators/case_space.h"

namespace gradgrind {

inline Case exhausted(const CaseSpace& space) {
  ByteSource nothing(nullptr, 0);
  return space.generate(nothing);
}

}  // namespace gradgrind
