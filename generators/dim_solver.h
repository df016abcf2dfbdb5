// Solves the sizes of a table of dims: groups of dims that share constraints, each on its own.
//
// Layer 1, vocabulary. Internal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "generators/dim_constraint.h"
#include "generators/dim_search.h"
#include "gradgrind/generators/dims.h"

namespace gradgrind {

/// `derived == expression`.
struct DimDerivation {
  std::size_t slot;  ///< Of the derived dim.
  DimConstraint definition;
};

/// Immutable once built; safe to share between threads. Sizes are by position of the dim.
class DimSolver {
 public:
  /// `derivations` come each after those of its sources.
  DimSolver(const std::vector<Dim>& dims, const std::vector<DimDerivation>& derivations,
            const std::vector<DimConstraint>& conditions);

  /// One text for each group of constraints that no sizes satisfy, or for which none were found.
  const std::vector<std::string>& problems() const { return problems_; }

  /// Moves the sizes of free dims, each within its bounds, to the nearest legal ones, and sets
  /// those of derived dims. A group whose search takes too long gets the sizes found when the
  /// solver was built. Needs a table without problems.
  void solve(std::vector<std::int64_t>& sizes) const;

  /// Sets the sizes of derived dims from those of free ones. Returns whether all are legal.
  bool complete(std::vector<std::int64_t>& sizes) const;

  /// Whether `dim` is `free_dim` or derives from it.
  bool depends_on(std::size_t dim, std::size_t free_dim) const;

 private:
  void add_derivations(const std::vector<DimDerivation>& derivations);
  void mark_what_matters();
  void form_groups();
  /// The free dims that a constraint concerns, ascending.
  std::vector<std::size_t> sources_of(const DimConstraint& constraint) const;
  /// Finds sizes for the group, or notes a problem.
  void check(const DimGroup& group, const std::vector<Dim>& dims);
  DimSearch::Outcome find_witness(const DimGroup& group, DimBox& box) const;
  DimGroup conflict_in(const DimGroup& group) const;

  std::vector<std::size_t> free_dims_;
  DimBox bounds_;
  std::vector<DimConstraint> constraints_;  // the derivations, then conditions that may break
  std::vector<std::size_t> derived_;        // dims of the derivations
  std::vector<bool> matters_;               // by constraint: whether a search must look at it
  std::vector<std::vector<std::size_t>> sources_;  // by dim: the free ones that it depends on
  std::vector<DimGroup> groups_;
  DimBox narrowed_;                      // bounds_ without what the groups rule out
  std::vector<std::int64_t> witnesses_;  // legal sizes
  std::vector<std::string> problems_;
};

}  // namespace gradgrind
