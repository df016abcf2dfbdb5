// Where a process died, in words that are the same for deaths of one cause.
#pragma once

#include <string>
#include <vector>

namespace gradgrind {

/// The innermost function that is neither ours nor the C++ runtime's, "module+0x12ab" where no
/// symbol is known, and the first function of the user's: "c10::Storage::data, from load_npy". No
/// lines, which move. `return_addresses`:
/// innermost first, of this process or of a fork of it. Empty for an empty stack. Slow at first:
/// reads symbols.
std::string site_of_death(const std::vector<void*>& return_addresses);

}  // namespace gradgrind
