// The sample cases as as_cpp() printed them when the tests were built.
#pragma once

#include <vector>

#include "gradgrind/generators/case.h"

namespace gradgrind {

std::vector<Case> pasted_cases();

}  // namespace gradgrind
