// What two exceptions of one cause have in common.
#pragma once

#include <string>

namespace gradgrind::fuzz {

/// The first line of `message` with what varies from input to input taken out: numbers and
/// hexadecimal digits, quoted names, lists of sizes, bytes that are no text.
std::string shape_of_message(const std::string& message);

}  // namespace gradgrind::fuzz
