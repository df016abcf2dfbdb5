// Finding the operator to blame in a trace.

#include <algorithm>

#include "gradgrind/properties/observation.h"
#include "properties/call_tree.h"

namespace gradgrind {
namespace {

using detail::CallTree;
using detail::moves_values;

bool makes_nan(const OperatorCall& call) {
  return !call.inputs_have_nan &&
         std::any_of(call.outputs.begin(), call.outputs.end(),
                     [](const TensorFacts& facts) { return facts.has_nan; });
}

bool makes_non_finite(const OperatorCall& call) {
  return makes_nan(call) || (call.inputs_finite &&
                             std::any_of(call.outputs.begin(), call.outputs.end(),
                                         [](const TensorFacts& facts) { return facts.has_inf; }));
}

/// The first call that `makes` it, and of that call's callees again the first, down to one that
/// has none.
template <class Predicate>
std::optional<std::size_t> first_to_make(const Trace& trace, const Predicate& makes) {
  const CallTree tree(trace);
  std::optional<std::size_t> found;
  for (const std::vector<std::size_t>* calls = &tree.roots();;) {
    const auto it = std::find_if(calls->begin(), calls->end(), [&](std::size_t index) {
      return !moves_values(trace.calls[index]) && makes(trace.calls[index]);
    });
    if (it == calls->end()) return found;
    found = *it;
    calls = &tree.callees(*it);
  }
}

bool same_outputs(const OperatorCall& a, const OperatorCall& b) {
  return std::equal(a.outputs.begin(), a.outputs.end(), b.outputs.begin(), b.outputs.end(),
                    [](const TensorFacts& x, const TensorFacts& y) {
                      return x.dtype == y.dtype && x.shape == y.shape && x.digest == y.digest;
                    });
}

}  // namespace

std::optional<std::size_t> first_non_finite(const Trace& trace) {
  return first_to_make(trace, makes_non_finite);
}

std::optional<std::size_t> first_nan(const Trace& trace) { return first_to_make(trace, makes_nan); }

std::optional<std::size_t> forward_of(const Trace& forward, const OperatorCall& backward) {
  const bool is_in_gradient = backward.site != nullptr && !backward.site->gradient.empty();
  if (!is_in_gradient || !backward.site->gradient_number) return std::nullopt;
  // Of an operator and the callees that make the gradient function for it, the innermost.
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < forward.calls.size(); ++i) {
    const CallSite* const site = forward.calls[i].site.get();
    if (site == nullptr || !site->gradient.empty()) continue;
    if (site->gradient_number == backward.site->gradient_number) found = i;
  }
  return found;
}

std::optional<std::size_t> first_difference(const Trace& a, const Trace& b) {
  const CallTree tree_a(a);
  const CallTree tree_b(b);
  std::optional<std::size_t> found;
  const std::vector<std::size_t>* calls_a = &tree_a.roots();
  const std::vector<std::size_t>* calls_b = &tree_b.roots();
  for (;;) {
    const auto [at_a, at_b] =
        std::mismatch(calls_a->begin(), calls_a->end(), calls_b->begin(), calls_b->end(),
                      [&](std::size_t x, std::size_t y) {
                        const OperatorCall& call = a.calls[x];
                        return call.name == b.calls[y].name &&
                               (moves_values(call) || same_outputs(call, b.calls[y]));
                      });
    const bool ends_a = at_a == calls_a->end();
    const bool ends_b = at_b == calls_b->end();
    if (ends_a && ends_b) return found;
    if (ends_a || ends_b || a.calls[*at_a].name != b.calls[*at_b].name) {
      // Callees that do not line up say no more than their caller does.
      if (found) return found;
      return ends_a ? a.calls.size() : *at_a;
    }
    found = *at_a;
    calls_a = &tree_a.callees(*at_a);
    calls_b = &tree_b.callees(*at_b);
  }
}

}  // namespace gradgrind
