// A night as JUnit XML, for the page of tests that a CI service has.
//
// Layer 4, faces. No LibTorch.
#pragma once

#include <string>

#include "fuzz/nightly/night.h"

namespace gradgrind::nightly {

/// One test suite a target: a test "ran" for the target itself, which is an error where it could
/// not run or was given up, and a test a finding: new ones fail, known ones are skipped with their
/// reason, fixed ones pass. Valid XML 1.0 whatever the texts hold.
std::string junit_report(const Night& night);

}  // namespace gradgrind::nightly
