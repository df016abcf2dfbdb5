// What a worker says of a file, as text for its supervisor.
#pragma once

#include <string>

#include "fuzz/support/loader_judge.h"

namespace gradgrind::fuzz {

/// Everything but the bytes of the file, which the supervisor has.
std::string to_text(const Judged& judged);
Judged judged_from_text(const std::string& text);

}  // namespace gradgrind::fuzz
