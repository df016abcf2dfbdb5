// A night as SARIF 2.1.0, for services that track findings over time.
//
// Layer 4, faces. No LibTorch.
#pragma once

#include <string>

#include "fuzz/nightly/night.h"

namespace gradgrind::nightly {

/// One rule a verdict, one result a finding: new ones are errors, known ones are notes that are
/// suppressed with their reason, fixed ones pass. The fingerprint is a hash of the signature.
std::string sarif_report(const Night& night);

}  // namespace gradgrind::nightly
