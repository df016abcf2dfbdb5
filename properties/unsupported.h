// Exceptions that speak of LibTorch, not of the code under test.
#pragma once

#include <string>

namespace gradgrind {

/// Why a case cannot run with this LibTorch ("no kernel for this dtype: ..."), read off the text of
/// an exception; empty when the text says nothing of the kind. The one matcher for this; its tests
/// hold the texts of the supported versions.
std::string unsupported_reason(const std::string& message);

/// Whether the text says that memory could not be had.
bool is_out_of_memory(const std::string& message);

/// The text with what varies from case to case taken out: numbers become #, only the first line
/// stays. What two failures of one cause have in common.
std::string normalised(const std::string& message);

}  // namespace gradgrind
