// Whose code a frame on the stack is.
#pragma once

#include <string>
#include <string_view>

#include "properties/frames.h"

namespace gradgrind::detail {

enum class Owner {
  user,
  gradgrind,
  library,   ///< LibTorch, the standard library, the system.
  framework  ///< What calls tests: GoogleTest, RapidCheck, libFuzzer, main.
};

/// Whether a module of that file name holds nothing but library code.
bool is_library_module(std::string_view module);

/// Whose function it is, judged by its module, its name and its file.
Owner owner_of(const Frame& frame);

/// The function's name with its scopes, without return type, parameters and template arguments of
/// the whole: "net::forward" for "at::Tensor net::forward<float>(at::Tensor const&)".
std::string_view qualified_name(std::string_view demangled);

}  // namespace gradgrind::detail
