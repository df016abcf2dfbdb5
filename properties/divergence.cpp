// Where two runs part beyond rounding.

#include <algorithm>
#include <cmath>
#include <string_view>

#include "gradgrind/properties/observation.h"
#include "properties/call_tree.h"
#include "properties/tolerance.h"

namespace gradgrind {
namespace {

/// A reduction longer than most; what two summation orders of it leave lies within the bound.
constexpr double kReduction = 4096;
constexpr double kLooseGate = 64;

double roundoff_of(std::string_view dtype) {
  if (dtype == "float64" || dtype == "complex128") return unit_roundoff(DType::float64);
  if (dtype == "float32" || dtype == "complex64") return unit_roundoff(DType::float32);
  if (dtype == "float16" || dtype == "complex32") return unit_roundoff(DType::float16);
  if (dtype == "bfloat16") return unit_roundoff(DType::bfloat16);
  return 0;  // what counts is exact
}

/// One way to find the batch in a tensor: as part of the axis that has `inner` elements behind it
/// and `block` of each row.
struct RowView {
  std::size_t outer;  ///< Elements of the axes before.
  std::size_t block;  ///< Size of the axis over the rows of the batch.
  std::size_t inner;  ///< Elements of the axes behind.
  bool rows_first;    ///< Whether the axis goes through the rows as its outer part.

  std::size_t at(std::size_t before, std::int64_t row, std::size_t part, std::size_t behind,
                 std::int64_t rows) const {
    const auto count = static_cast<std::size_t>(rows);
    const auto own = static_cast<std::size_t>(row);
    const std::size_t position = rows_first ? own * block + part : part * count + own;
    return (before * count * block + position) * inner + behind;
  }
};

std::size_t product(const TensorSizes& shape, std::size_t begin, std::size_t end) {
  std::size_t result = 1;
  for (std::size_t i = begin; i < end; ++i) result *= static_cast<std::size_t>(shape[i]);
  return result;
}

std::vector<RowView> row_views(const TensorFacts& a, const TensorFacts& b, const SameRows& rows) {
  std::vector<RowView> views;
  if (a.shape.size() != b.shape.size()) return views;
  for (std::size_t axis = 0; axis < a.shape.size(); ++axis) {
    const std::int64_t size = a.shape[axis];
    const bool holds_rows = size > 0 && size % rows.first_batch == 0 &&
                            b.shape[axis] == size / rows.first_batch * rows.second_batch;
    bool others_agree = true;
    for (std::size_t i = 0; i < a.shape.size(); ++i)
      others_agree = others_agree && (i == axis || a.shape[i] == b.shape[i]);
    if (!holds_rows || !others_agree) continue;
    const auto block = static_cast<std::size_t>(size / rows.first_batch);
    const std::size_t inner = product(a.shape, axis + 1, a.shape.size());
    for (const bool rows_first : {true, false})
      if (rows_first || block > 1)
        views.push_back({product(a.shape, 0, axis), block, inner, rows_first});
  }
  return views;
}

/// Complex values as pairs along an axis of their own.
TensorFacts in_reals(TensorFacts facts) {
  if (facts.dtype.substr(0, 7) == "complex") facts.shape.push_back(2);
  return facts;
}

double difference(double x, double y) {
  if (x == y || (std::isnan(x) && std::isnan(y))) return 0;
  const double gap = std::abs(x - y);
  return std::isnan(gap) ? INFINITY : gap;
}

double largest_difference(const TensorFacts& a, const TensorFacts& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i)
    largest = std::max(largest, difference(a.values[i], b.values[i]));
  return largest;
}

double largest_difference(const TensorFacts& a, const TensorFacts& b, const SameRows& rows,
                          const RowView& view) {
  double largest = 0;
  for (const auto& [first, second] : rows.pairs)
    for (std::size_t before = 0; before < view.outer; ++before)
      for (std::size_t part = 0; part < view.block; ++part)
        for (std::size_t behind = 0; behind < view.inner; ++behind)
          largest = std::max(
              largest,
              difference(a.values[view.at(before, first, part, behind, rows.first_batch)],
                         b.values[view.at(before, second, part, behind, rows.second_batch)]));
  return largest;
}

/// How far two outputs are apart under the reading that brings them closest; 0 where nothing can be
/// said, nothing where they cannot be outputs of one operator on the same inputs.
std::optional<double> distance(const TensorFacts& a, const TensorFacts& b, const SameRows& rows) {
  const bool same_shape = a.shape == b.shape;
  if (rows.pairs.empty() && !same_shape) return std::nullopt;
  const auto is_kept = [](const TensorFacts& facts) {
    const std::size_t count = product(facts.shape, 0, facts.shape.size());
    return facts.values.size() == count && count > 0;
  };
  if (!is_kept(a) || !is_kept(b)) return 0;
  if (rows.pairs.empty()) return largest_difference(a, b);
  std::optional<double> closest;
  for (const RowView& view : row_views(a, b, rows)) {
    const double gap = largest_difference(a, b, rows, view);
    closest = std::min(closest.value_or(gap), gap);
  }
  // What holds no batch, such as a weight, is the same in both; if it is not, nobody knows why.
  if (closest && same_shape) closest = std::min(*closest, largest_difference(a, b));
  return closest.value_or(0);
}

class CallComparison {
 public:
  CallComparison(const Trace& a, const Trace& b, const SameRows& rows)
      : a_(a), b_(b), rows_(rows) {}

  /// The divergence of two calls of one operator, if they diverge.
  std::optional<Divergence> of(std::size_t first, std::size_t second) const {
    const OperatorCall& x = a_.calls[first];
    const OperatorCall& y = b_.calls[second];
    if (x.outputs.size() != y.outputs.size()) return Divergence{first, second, 0, 0};
    for (std::size_t i = 0; i < x.outputs.size(); ++i) {
      const TensorFacts own = in_reals(x.outputs[i]);
      const TensorFacts other = in_reals(y.outputs[i]);
      const std::optional<double> gap = distance(own, other, rows_);
      if (!gap) return Divergence{first, second, 0, 0};
      const double roundoff = std::max(roundoff_of(own.dtype), roundoff_of(other.dtype));
      const double magnitude = std::max(largest_until(a_, first), largest_until(b_, second));
      const double bound = kLooseGate * rounding_bound(kReduction, roundoff, magnitude);
      if (*gap > bound) return Divergence{first, second, *gap, bound};
    }
    return std::nullopt;
  }

 private:
  static double largest_until(const Trace& trace, std::size_t last) {
    double largest = 0;
    for (std::size_t i = 0; i <= last; ++i)
      for (const TensorFacts& facts : trace.calls[i].outputs)
        largest = std::max(largest, facts.max_abs);
    return largest;
  }

  const Trace& a_;
  const Trace& b_;
  const SameRows& rows_;
};

}  // namespace

std::optional<Divergence> first_divergence(const Trace& a, const Trace& b, const SameRows& rows) {
  const detail::CallTree tree_a(a);
  const detail::CallTree tree_b(b);
  const CallComparison comparison(a, b, rows);
  std::optional<Divergence> found;
  const std::vector<std::size_t>* calls_a = &tree_a.roots();
  const std::vector<std::size_t>* calls_b = &tree_b.roots();
  for (;;) {
    std::optional<Divergence> here;
    const std::size_t count = std::min(calls_a->size(), calls_b->size());
    for (std::size_t i = 0; i < count && !here; ++i) {
      const std::size_t first = (*calls_a)[i];
      const std::size_t second = (*calls_b)[i];
      if (a.calls[first].name != b.calls[second].name) {
        // Callees that do not line up say no more than their caller does.
        return found ? found : Divergence{first, second, 0, 0};
      }
      if (!detail::moves_values(a.calls[first])) here = comparison.of(first, second);
    }
    if (!here) return found;
    found = here;
    calls_a = &tree_a.callees(here->first);
    calls_b = &tree_b.callees(here->second);
  }
}

}  // namespace gradgrind
