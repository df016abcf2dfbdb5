#include "gradgrind/properties/subject.h"

#include <c10/util/Type.h>

#include "gradgrind/properties/callable.h"
#include "gradgrind/properties/module.h"

namespace gradgrind {

const void* Draw::opaque_as(const OpaqueValue& value, const std::string& name, const char* type) {
  if (value.value == nullptr) {
    throw InternalError("parameter '" + name + "' was read from a file and not restored");
  }
  return value.type == type ? value.value.get() : nullptr;
}

namespace detail {

void throw_wrong_arity(const std::array<bool, kMostArguments + 1>& possible, std::size_t declared) {
  std::string takes;
  for (std::size_t count = 1; count <= kMostArguments; ++count) {
    if (!possible[count]) continue;
    takes += (takes.empty() ? "" : " or ") + std::to_string(count);
  }
  if (takes.empty()) {
    throw UsageError(
        "the subject's forward cannot be called with 1 to 6 tensors; give .forward(lambda) that "
        "calls it");
  }
  throw UsageError("the subject's forward takes " + takes + " tensors, but the contract declares " +
                   std::to_string(declared) +
                   " inputs; declare as many, or give .forward(lambda) that calls it");
}

void throw_wrong_module(const char* wanted) {
  throw UsageError("the lambda of .forward() takes a " + c10::demangle(wanted) +
                   ", but the factory builds another module; use its type");
}

}  // namespace detail
}  // namespace gradgrind
