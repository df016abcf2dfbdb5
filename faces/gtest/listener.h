// What is printed beside the tests: what a contract rules out, what ran slowly, how to go on.
#pragma once

#include <string>
#include <vector>

#include "gradgrind/properties/check.h"

namespace gradgrind {

/// Tells the listener about a registered contract; installs it at the first call.
void announce_contract(const std::string& contract, int registered,
                       const std::vector<std::string>& ruled_out);
/// Tells it what came of a property.
void announce_result(const PropertyResult& result);

/// Prints "[gradgrind] text" on a line of its own.
void print_note(const std::string& text);

}  // namespace gradgrind
