// A night on one screen of a terminal.
//
// Layer 4, faces. No LibTorch.
#pragma once

#include <string>

#include "fuzz/nightly/night.h"

namespace gradgrind::nightly {

/// At most 40 lines of 100 columns; only a command is longer, where it has to be, since a cut one
/// is worth nothing. `report` is the path of the page that has the rest.
std::string summary_text(const Night& night, const std::string& report);

}  // namespace gradgrind::nightly
