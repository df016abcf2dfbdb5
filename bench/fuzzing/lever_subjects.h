// Targets with a bug each that one lever alone makes quick to find.
#pragma once

#include <memory>
#include <string>

#include "gradgrind/fuzz/target.h"

namespace bench {

/// "type", "refused", "number", "power", "sizes", "growing" or "unwritten"; null for any other
/// name.
std::unique_ptr<gradgrind::fuzz::Target> lever_target_of(const std::string& name);

}  // namespace bench
