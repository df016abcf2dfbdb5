// Made-up nights for the tests of reports.
#pragma once

#include "fuzz/nightly/night.h"

namespace gradgrind::nightly {

/// A night with something of everything: new, known and fixed findings, targets that ran, died and
/// could not run, curves and classes of corruption.
Night rich_night();

/// A night that started and ended with nothing.
Night empty_night();

/// A night whose every text is meant to break out of the report that shows it: markup, quotes,
/// control characters, bytes that are no UTF-8, ten megabytes.
Night hostile_night();

}  // namespace gradgrind::nightly
