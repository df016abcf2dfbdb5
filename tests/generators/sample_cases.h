// Cases that use all that a case can hold, for tests of its files and texts.
#pragma once

#include <string>
#include <vector>

#include "gradgrind/generators/case.h"

namespace gradgrind {

struct SampleCase {
  std::string name;
  Case content;
};

const std::vector<SampleCase>& sample_cases();

}  // namespace gradgrind
