// Depth-first search for sizes that satisfy constraints, nearest to those wished for.
//
// Layer 1, vocabulary. Internal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "generators/dim_constraint.h"

namespace gradgrind {

/// Constraints that share dims, and those dims; no other constraint concerns them.
struct DimGroup {
  std::vector<std::size_t> constraints;  ///< Positions; derivations first, each after its sources.
  std::vector<std::size_t> free_dims;    ///< Positions, in order of declaration.
};

/// Narrows `box` by the constraints of `group` again and again while that helps. Returns whether
/// sizes are left; exact when each free dim of the group has one.
bool narrow(const std::vector<DimConstraint>& constraints, const DimGroup& group, DimBox& box,
            std::vector<Interval>& scratch);

/// One search. Dims are settled in order; each takes the size nearest to the one wished for, the
/// larger of two equally near ones, with which the rest can still be satisfied.
class DimSearch {
 public:
  enum class Outcome { found, impossible, gave_up };

  /// The references must outlive the search. `wishes` and `box` are by position of the dim. Gives
  /// up after `steps` narrowings.
  DimSearch(const std::vector<DimConstraint>& constraints, const DimGroup& group,
            const std::vector<std::int64_t>& wishes, int steps)
      : constraints_(constraints), group_(group), wishes_(wishes), steps_left_(steps) {}

  /// Searches `box`, which is narrowed already. Where sizes are found, `box` holds them for the
  /// group's dims, derived ones included; else it is left as it was.
  Outcome run(DimBox& box);

 private:
  bool settle(std::size_t depth);
  bool attempt(std::size_t depth, std::int64_t size);
  Interval narrowed(std::size_t depth, Interval sizes);
  bool spend_step();

  const std::vector<DimConstraint>& constraints_;
  const DimGroup& group_;
  const std::vector<std::int64_t>& wishes_;
  int steps_left_;
  std::vector<DimBox> boxes_;  // by depth: what is left once that many dims are settled
  DimBox trial_;
  std::vector<Interval> scratch_;
};

}  // namespace gradgrind
