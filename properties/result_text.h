// Results as text, to pass from a worker to its supervisor.
#pragma once

#include <string>

#include "gradgrind/properties/check.h"
#include "gradgrind/properties/trial.h"

namespace gradgrind {

/// Everything but the smallest cases, which lie in the files that the findings name.
std::string to_text(const PropertyResult& result);
PropertyResult result_from_text(const std::string& text);

std::string to_text(const Probe& probe);
Probe probe_from_text(const std::string& text);

std::string to_text(const Verdict& verdict);
Verdict verdict_from_text(const std::string& text);

}  // namespace gradgrind
