// The checks that an engineer writes by hand for a loader, with nothing of Gradgrind's.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace bench {

/// Lets the planted loader `name`, or the sound one "csv" or "safetensors", read `bytes`. Throws or
/// dies where what a good harness looks at is wrong: an exception that is not documented, a tensor
/// that cannot be touched, more elements than the file has bytes for, a refused file that changes
/// the object it was loaded into. Throws std::logic_error for an unknown name.
void check_by_hand(const std::string& name, std::string_view bytes);

}  // namespace bench
