#include "gradgrind/properties/subject.h"

#include <c10/util/Type.h>
#include <fmt/format.h>

#include <string>
#include <vector>

#include "gradgrind/properties/callable.h"
#include "gradgrind/properties/module.h"

namespace gradgrind {

std::int64_t Draw::operator[](const std::string& dim) const {
  asked_.insert(dim);
  const auto found = dims_.sizes.find(dim);
  if (found == dims_.sizes.end()) throw_unknown_dim("draw[\"" + dim + "\"]", dim, dims_);
  return found->second;
}

const void* Draw::opaque_as(const OpaqueValue& value, const std::string& name, const char* type) {
  if (value.value == nullptr) {
    throw InternalError("parameter '" + name + "' was read from a file and not restored");
  }
  return value.type == type ? value.value.get() : nullptr;
}

namespace detail {

namespace {

// What serves any arity.
std::string way_out(const Callee& callee) {
  if (callee.implementation == nullptr) {
    return fmt::format("let {} take const gg::Inputs&", callee.what);
  }
  return fmt::format("write .forward([]({}& m, const gg::Inputs& in) {{ ... }})",
                     c10::demangle(callee.implementation));
}

}  // namespace

void throw_wrong_arity(const Callee& callee, const std::array<bool, kMostArguments + 1>& possible,
                       const Inputs& declared) {
  std::vector<std::size_t> counts;
  for (std::size_t count = 1; count <= kMostArguments; ++count) {
    if (possible[count]) counts.push_back(count);
  }
  if (counts.empty()) {
    throw UsageError(fmt::format("{} cannot be called with 1 to {} tensors; {}", callee.what,
                                 kMostArguments, way_out(callee)));
  }
  std::vector<std::string> names;
  for (const Inputs::Slot& slot : declared.slots()) names.push_back(slot.name);
  throw UsageError(fmt::format(
      "{} takes {} tensor{}, the contract declares {} input{} ({}); declare as many, "
      "or {}",
      callee.what, fmt::join(counts, " or "), counts == std::vector<std::size_t>{1} ? "" : "s",
      names.size(), names.size() == 1 ? "" : "s", fmt::join(names, ", "), way_out(callee)));
}

void throw_wrong_module(const char* wanted) {
  throw UsageError("the lambda of .forward() takes a " + c10::demangle(wanted) +
                   ", but the factory builds another module; use its type");
}

}  // namespace detail
}  // namespace gradgrind
