// One condition on the sizes of dims, compiled so that a solver can narrow sizes with it.
//
// Layer 1, vocabulary. Internal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "generators/dim_expr.h"
#include "generators/interval.h"

namespace gradgrind {

/// What each dim of a table can still be, by its position in the table.
using DimBox = std::vector<Interval>;

enum class Comparison : std::uint8_t {
  less_or_equal,
  less,
  greater_or_equal,
  greater,
  equal,
  not_equal,
};

/// `left <comparison> right`, where every quotient on either side divides. Immutable.
class DimConstraint {
 public:
  /// Position of a declared dim by its name.
  using SlotOf = std::function<std::size_t(const std::string&)>;

  /// `text` is how messages name the condition.
  DimConstraint(std::string text, const DimExpr& left, Comparison comparison, const DimExpr& right,
                const SlotOf& slot_of);

  const std::string& text() const { return text_; }
  /// The dims of both sides, ascending, each once.
  const std::vector<std::size_t>& slots() const { return slots_; }

  /// Removes from `box` sizes that break the constraint, never any other. Returns whether sizes are
  /// left; exact when each of its dims has one. Sets `changed` when it removes any. Room for
  /// intermediate values is taken from `scratch`.
  bool narrow(DimBox& box, std::vector<Interval>& scratch, bool& changed) const;

  /// Whether all sizes in `box` satisfy it. May say no when they do.
  bool holds_throughout(const DimBox& box) const;

  /// Values of the right side over `box`, or nothing unless it surely has one for all sizes in it.
  std::optional<Interval> right_values(const DimBox& box) const;

 private:
  struct Step {
    DimExpr::Node::Kind kind;
    std::int64_t literal;
    std::size_t slot;
    std::size_t left;  // earlier steps
    std::size_t right;
  };

  std::size_t compile(const DimExpr::Node& node, const SlotOf& slot_of);
  /// Fills scratch with the values of each step; false when one has none.
  bool evaluate(const DimBox& box, std::vector<Interval>& scratch) const;
  /// Likewise; true only when no sizes in `box` divide with a remainder or exceed 64 bits.
  bool evaluate_surely(const DimBox& box, std::vector<Interval>& scratch) const;

  std::string text_;
  Comparison comparison_;
  std::vector<Step> steps_;  // operands before operators
  std::size_t left_ = 0;
  std::size_t right_ = 0;
  std::vector<std::size_t> slots_;
};

}  // namespace gradgrind
