// A night as one page for people.
//
// Layer 4, faces. No LibTorch.
#pragma once

#include <string>

#include "fuzz/nightly/night.h"

namespace gradgrind::nightly {

/// HTML that needs nothing from elsewhere and runs no script. Equal nights give equal pages.
std::string html_report(const Night& night);

}  // namespace gradgrind::nightly
