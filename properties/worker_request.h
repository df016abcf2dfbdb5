// What a supervisor asks of its worker, as text.
#pragma once

#include <optional>
#include <string>

#include "properties/runner.h"

namespace gradgrind {

/// Asks for what probing shows: no property is named so.
constexpr char kProbeRequest[] = "";

/// Names a property and, where its run goes on, says from where: the number of cases on a line,
/// then what was found so far.
std::string request_of(const Property& property, const std::optional<Resumed>& resumed);

std::string property_of(const std::string& request);
std::optional<Resumed> resumed_of(const std::string& request);

}  // namespace gradgrind
