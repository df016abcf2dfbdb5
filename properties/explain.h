// Which operator went wrong first, and where it stands in the user's source.
#pragma once

#include <string>

#include "gradgrind/properties/check.h"
#include "properties/runner.h"

namespace gradgrind {

struct Explanation {
  std::string text;  ///< "aten::log(float32 [2]) in Net::forward at net.cpp:31", or empty.
  std::string site;  ///< The outermost frame of the user's, or empty.
};

/// Judges the smallest case of `finding` once more, watching the operators with their source lines:
/// 2 to 10 times slower than a plain run.
Explanation explain(Runner& runner, const Property& property, const Finding& finding);

}  // namespace gradgrind
