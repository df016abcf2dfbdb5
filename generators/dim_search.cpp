#include "generators/dim_search.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace gradgrind {
namespace {

// More rounds rarely narrow more, and a slow convergence of one size a round is cheaper searched.
constexpr int kRounds = 4;

Interval above(Interval interval, std::int64_t value) {
  return value < interval.highest ? Interval{value + 1, interval.highest} : Interval::none();
}

Interval below(Interval interval, std::int64_t value) {
  return value > interval.lowest ? Interval{interval.lowest, value - 1} : Interval::none();
}

}  // namespace

bool narrow(const std::vector<DimConstraint>& constraints, const DimGroup& group, DimBox& box,
            std::vector<Interval>& scratch) {
  bool changed = true;
  for (int round = 0; changed && round < kRounds; ++round) {
    changed = false;
    for (const std::size_t constraint : group.constraints) {
      if (!constraints[constraint].narrow(box, scratch, changed)) return false;
    }
  }
  return true;
}

DimSearch::Outcome DimSearch::run(DimBox& box) {
  boxes_.assign(group_.free_dims.size() + 1, box);
  trial_ = box;
  if (settle(0)) {
    box = boxes_.back();
    return Outcome::found;
  }
  return steps_left_ < 0 ? Outcome::gave_up : Outcome::impossible;
}

bool DimSearch::settle(std::size_t depth) {
  if (depth == group_.free_dims.size()) return true;
  const std::size_t dim = group_.free_dims[depth];
  const Interval sizes = boxes_[depth][dim];
  const std::int64_t start = std::clamp(wishes_[dim], sizes.lowest, sizes.highest);
  if (attempt(depth, start)) return true;
  // Narrowing a side jumps to its first size that is not ruled out: to the next multiple, say.
  Interval up = narrowed(depth, above(sizes, start));
  Interval down = narrowed(depth, below(sizes, start));
  while (!up.is_empty() || !down.is_empty()) {
    const bool goes_up =
        down.is_empty() || (!up.is_empty() && up.lowest - start <= start - down.highest);
    if (attempt(depth, goes_up ? up.lowest : down.highest)) return true;
    if (goes_up) {
      up = narrowed(depth, above(up, up.lowest));
    } else {
      down = narrowed(depth, below(down, down.highest));
    }
  }
  return false;
}

bool DimSearch::attempt(std::size_t depth, std::int64_t size) {
  if (!spend_step()) return false;
  DimBox& next = boxes_[depth + 1];
  next = boxes_[depth];
  next[group_.free_dims[depth]] = Interval::point(size);
  return narrow(constraints_, group_, next, scratch_) && settle(depth + 1);
}

/// What is left of `sizes` of the dim at `depth`; nothing once the steps are spent.
Interval DimSearch::narrowed(std::size_t depth, Interval sizes) {
  if (sizes.is_empty() || !spend_step()) return Interval::none();
  const std::size_t dim = group_.free_dims[depth];
  trial_ = boxes_[depth];
  trial_[dim] = sizes;
  return narrow(constraints_, group_, trial_, scratch_) ? trial_[dim] : Interval::none();
}

bool DimSearch::spend_step() { return --steps_left_ >= 0; }

}  // namespace gradgrind
