#include "generators/dim_constraint.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gradgrind {
namespace {

using Kind = DimExpr::Node::Kind;

/// Narrows both sides to the values that have a partner on the other one.
void impose(Comparison comparison, Interval& left, Interval& right) {
  // A bound of 64 bits has no successor. Nothing is lost by leaving it: points are compared
  // exactly.
  const auto before = [](std::int64_t value) {
    return value - (Interval().lowest < value ? 1 : 0);
  };
  const auto after = [](std::int64_t value) {
    return value + (value < Interval().highest ? 1 : 0);
  };
  switch (comparison) {
    case Comparison::less_or_equal:
      left.highest = std::min(left.highest, right.highest);
      right.lowest = std::max(right.lowest, left.lowest);
      return;
    case Comparison::less:
      left.highest = std::min(left.highest, before(right.highest));
      right.lowest = std::max(right.lowest, after(left.lowest));
      return;
    case Comparison::greater_or_equal:
      return impose(Comparison::less_or_equal, right, left);
    case Comparison::greater:
      return impose(Comparison::less, right, left);
    case Comparison::equal:
      left = right = intersection(left, right);
      return;
    case Comparison::not_equal:
      break;
  }
  const auto exclude = [&](Interval point, Interval& from) {
    if (!point.is_point()) return;
    if (from.lowest == point.lowest) from.lowest = after(from.lowest);
    if (from.highest == point.lowest) from.highest = before(from.highest);
  };
  exclude(left, right);
  if (!right.is_empty()) exclude(right, left);
}

bool surely_holds(Comparison comparison, Interval left, Interval right) {
  switch (comparison) {
    case Comparison::less_or_equal:
      return left.highest <= right.lowest;
    case Comparison::less:
      return left.highest < right.lowest;
    case Comparison::greater_or_equal:
      return left.lowest >= right.highest;
    case Comparison::greater:
      return left.lowest > right.highest;
    case Comparison::equal:
      return left.is_point() && left == right;
    case Comparison::not_equal:
      return intersection(left, right).is_empty();
  }
  return false;
}

}  // namespace

DimConstraint::DimConstraint(std::string text, const DimExpr& left, Comparison comparison,
                             const DimExpr& right, const SlotOf& slot_of)
    : text_(std::move(text)), comparison_(comparison) {
  left_ = compile(left.root(), slot_of);
  right_ = compile(right.root(), slot_of);
  std::sort(slots_.begin(), slots_.end());
  slots_.erase(std::unique(slots_.begin(), slots_.end()), slots_.end());
}

std::size_t DimConstraint::compile(const DimExpr::Node& node, const SlotOf& slot_of) {
  Step step = {node.kind, node.literal, 0, 0, 0};
  if (node.kind == Kind::name) {
    step.slot = slot_of(node.name);
    slots_.push_back(step.slot);
  } else if (node.kind != Kind::literal) {
    step.left = compile(*node.left, slot_of);
    step.right = compile(*node.right, slot_of);
  }
  steps_.push_back(step);
  return steps_.size() - 1;
}

bool DimConstraint::evaluate(const DimBox& box, std::vector<Interval>& scratch) const {
  scratch.resize(std::max(scratch.size(), steps_.size()));
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    const Step& step = steps_[i];
    if (step.kind == Kind::literal) {
      scratch[i] = Interval::point(step.literal);
    } else if (step.kind == Kind::name) {
      scratch[i] = box[step.slot];
    } else {
      scratch[i] = combine(step.kind, scratch[step.left], scratch[step.right]);
    }
    if (scratch[i].is_empty()) return false;
  }
  return true;
}

bool DimConstraint::narrow(DimBox& box, std::vector<Interval>& scratch, bool& changed) const {
  if (!evaluate(box, scratch)) return false;
  impose(comparison_, scratch[left_], scratch[right_]);
  // From the operators down to the names: each step hands what is left of it to its operands.
  for (std::size_t i = steps_.size(); i-- > 0;) {
    const Step& step = steps_[i];
    if (scratch[i].is_empty()) return false;
    if (step.kind == Kind::literal) continue;
    if (step.kind != Kind::name) {
      narrow_operands(step.kind, scratch[i], scratch[step.left], scratch[step.right]);
      continue;
    }
    const Interval narrowed = intersection(box[step.slot], scratch[i]);
    if (narrowed.is_empty()) return false;
    changed = changed || narrowed != box[step.slot];
    box[step.slot] = narrowed;
  }
  return true;
}

bool DimConstraint::evaluate_surely(const DimBox& box, std::vector<Interval>& scratch) const {
  if (!evaluate(box, scratch)) return false;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    if (steps_[i].kind == Kind::literal || steps_[i].kind == Kind::name) continue;
    if (steps_[i].kind == Kind::quotient || scratch[i].is_cut()) return false;
  }
  return true;
}

bool DimConstraint::holds_throughout(const DimBox& box) const {
  std::vector<Interval> scratch;
  return evaluate_surely(box, scratch) &&
         surely_holds(comparison_, scratch[left_], scratch[right_]);
}

std::optional<Interval> DimConstraint::right_values(const DimBox& box) const {
  std::vector<Interval> scratch;
  if (!evaluate_surely(box, scratch)) return std::nullopt;
  return scratch[right_];
}

}  // namespace gradgrind
