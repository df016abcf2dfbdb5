// A trace as a tree.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "gradgrind/properties/observation.h"

namespace gradgrind::detail {

/// The calls that the subject made, and those that each call made.
class CallTree {
 public:
  explicit CallTree(const Trace& trace) : callees_(trace.calls.size()) {
    for (std::size_t i = 0; i < trace.calls.size(); ++i) {
      const std::optional<std::size_t>& caller = trace.calls[i].caller;
      (caller ? callees_[*caller] : roots_).push_back(i);
    }
  }

  const std::vector<std::size_t>& roots() const { return roots_; }
  const std::vector<std::size_t>& callees(std::size_t call) const { return callees_[call]; }

 private:
  std::vector<std::size_t> roots_;
  std::vector<std::vector<std::size_t>> callees_;
};

/// Whether a callee only moves or converts values on its caller's behalf; the caller says more.
inline bool moves_values(const OperatorCall& call) {
  const std::string_view name = call.name.substr(0, call.name.find('.'));
  return call.caller && (name == "aten::copy_" || name == "aten::to" || name == "aten::_to_copy" ||
                         name == "aten::clone" || name == "aten::contiguous");
}

}  // namespace gradgrind::detail
