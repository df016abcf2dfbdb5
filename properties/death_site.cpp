#include "properties/death_site.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "properties/source_line.h"

namespace gradgrind {
namespace {

// Whoever calls these is at fault, not they.
bool is_runtime(const detail::Frame& frame) {
  constexpr std::array<std::string_view, 6> kModules = {"libc.so",  "libc-",    "libstdc++",
                                                        "libgcc_s", "ld-linux", "libpthread"};
  constexpr std::array<std::string_view, 6> kFunctions = {
      "__asan",  "__interceptor_",         "__sanitizer",
      "__ubsan", "std::_Function_handler", "std::__invoke"};
  const std::string_view name = detail::qualified_name(frame.function);
  const auto starts = [](std::string_view text) {
    return [text](std::string_view prefix) { return text.rfind(prefix, 0) == 0; };
  };
  return std::any_of(kModules.begin(), kModules.end(), starts(frame.module)) ||
         std::any_of(kFunctions.begin(), kFunctions.end(), starts(name));
}

std::string words_for(const detail::Frame& frame) {
  return frame.function.empty() ? frame.module
                                : std::string(detail::qualified_name(frame.function));
}

}  // namespace

std::string site_of_death(const std::vector<void*>& return_addresses) {
  std::string innermost;
  for (const void* address : return_addresses) {
    for (const detail::Frame& frame : detail::frames_at(address)) {
      const detail::Owner owner = detail::owner_of(frame);
      const bool says_nothing = is_runtime(frame) || owner == detail::Owner::gradgrind ||
                                owner == detail::Owner::framework;
      if (innermost.empty()) {
        if (says_nothing) continue;
        innermost = words_for(frame);
        if (owner == detail::Owner::user) return innermost;
      } else if (owner == detail::Owner::user) {
        return innermost + ", from " + words_for(frame);
      }
    }
  }
  return innermost;
}

}  // namespace gradgrind
