// The reports of a night, in a folder.
//
// Layer 4, faces. No LibTorch.
#pragma once

#include <string>

#include "fuzz/nightly/night.h"

namespace gradgrind::nightly {

/// Writes report.json, junit.xml, findings.sarif and report.html to `folder`, which is made where
/// it is missing. Each appears whole or not at all, and none before all are written. Throws
/// UsageError where the disk refuses; reports that stood there stay.
void write_reports(const Night& night, const std::string& folder);

}  // namespace gradgrind::nightly
