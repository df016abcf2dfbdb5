// The smallest case of each example bug, compiled from what as_cpp() printed when the tests were
// built.
#pragma once

#include <string>
#include <vector>

#include "gradgrind/gradgrind.h"

namespace examples {

struct PrintedBug {
  std::string contract;
  std::string property;
  std::string kind;    ///< Of the finding whose case was printed.
  std::string output;  ///< Likewise.
  gradgrind::Verdict (*replay)(const gradgrind::Contract& contract);
};

std::vector<PrintedBug> printed_bugs();

}  // namespace examples
