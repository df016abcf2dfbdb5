#include "generators/dim_solver.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "gradgrind/generators/error.h"

namespace gradgrind {
namespace {

// A step takes about 0.2 us. A solve runs for each case, the search for a witness once a table.
constexpr int kStepsOfSolve = 10'000;
constexpr int kStepsOfWitness = 200'000;

constexpr Interval kAnySize = {0, std::numeric_limits<std::int64_t>::max()};

/// Representative of the set that `dim` is in; `parents` is a union-find forest.
std::size_t root_of(std::vector<std::size_t>& parents, std::size_t dim) {
  while (parents[dim] != dim) dim = parents[dim] = parents[parents[dim]];
  return dim;
}

}  // namespace

DimSolver::DimSolver(const std::vector<Dim>& dims, const std::vector<DimDerivation>& derivations,
                     const std::vector<DimConstraint>& conditions)
    : sources_(dims.size()) {
  for (std::size_t i = 0; i < dims.size(); ++i) {
    const bool is_free = dims[i].kind == Dim::Kind::free;
    bounds_.push_back(is_free ? Interval{dims[i].lowest, dims[i].highest} : kAnySize);
    if (is_free) {
      free_dims_.push_back(i);
      sources_[i] = {i};
    }
    witnesses_.push_back(dims[i].lowest);
  }
  add_derivations(derivations);
  for (const DimConstraint& condition : conditions) {
    if (!condition.holds_throughout(bounds_)) constraints_.push_back(condition);
  }
  mark_what_matters();
  form_groups();
  narrowed_ = bounds_;
  for (const DimGroup& group : groups_) check(group, dims);
}

void DimSolver::add_derivations(const std::vector<DimDerivation>& derivations) {
  for (const DimDerivation& derivation : derivations) {
    sources_[derivation.slot] = sources_of(derivation.definition);
    const std::optional<Interval> values = derivation.definition.right_values(bounds_);
    const bool is_always_legal = values && values->lowest >= 0;
    if (is_always_legal) bounds_[derivation.slot] = *values;
    matters_.push_back(!is_always_legal);
    derived_.push_back(derivation.slot);
    constraints_.push_back(derivation.definition);
  }
}

std::vector<std::size_t> DimSolver::sources_of(const DimConstraint& constraint) const {
  std::vector<std::size_t> result;
  for (const std::size_t slot : constraint.slots()) {
    result.insert(result.end(), sources_[slot].begin(), sources_[slot].end());
  }
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

/// A derivation that always gives a legal size matters where a constraint that matters uses it.
void DimSolver::mark_what_matters() {
  matters_.resize(constraints_.size(), true);
  // Backwards, so that a derivation is looked at once all that use it have been.
  for (std::size_t i = constraints_.size(); i-- > 0;) {
    if (!matters_[i]) continue;
    for (const std::size_t slot : constraints_[i].slots()) {
      const auto derived = std::find(derived_.begin(), derived_.end(), slot);
      if (derived == derived_.end()) continue;
      matters_[static_cast<std::size_t>(derived - derived_.begin())] = true;
    }
  }
}

void DimSolver::form_groups() {
  std::vector<std::size_t> parents(bounds_.size());
  std::iota(parents.begin(), parents.end(), std::size_t{0});
  std::vector<std::vector<std::size_t>> sources(constraints_.size());
  for (std::size_t i = 0; i < constraints_.size(); ++i) {
    if (matters_[i]) sources[i] = sources_of(constraints_[i]);
    for (const std::size_t dim : sources[i]) {
      parents[root_of(parents, dim)] = root_of(parents, sources[i].front());
    }
  }
  DimGroup of_constants;
  std::map<std::size_t, DimGroup> groups;
  for (std::size_t i = 0; i < constraints_.size(); ++i) {
    if (!matters_[i]) continue;
    DimGroup& group =
        sources[i].empty() ? of_constants : groups[root_of(parents, sources[i].front())];
    group.constraints.push_back(i);
  }
  for (const std::size_t dim : free_dims_) {
    const auto group = groups.find(root_of(parents, dim));
    if (group != groups.end()) group->second.free_dims.push_back(dim);
  }
  // Constants first: the others may use dims that are derived from constants alone.
  if (!of_constants.constraints.empty()) groups_.push_back(of_constants);
  for (const auto& [root, group] : groups) groups_.push_back(group);
}

bool DimSolver::depends_on(std::size_t dim, std::size_t free_dim) const {
  return std::binary_search(sources_[dim].begin(), sources_[dim].end(), free_dim);
}

DimSearch::Outcome DimSolver::find_witness(const DimGroup& group, DimBox& box) const {
  std::vector<Interval> scratch;
  if (!narrow(constraints_, group, box, scratch)) return DimSearch::Outcome::impossible;
  return DimSearch(constraints_, group, witnesses_, kStepsOfWitness).run(box);
}

/// A part of an impossible group that is impossible too, and possible without any one constraint.
DimGroup DimSolver::conflict_in(const DimGroup& group) const {
  DimGroup conflict = group;
  for (const std::size_t constraint : group.constraints) {
    DimGroup smaller = conflict;
    std::vector<std::size_t>& kept = smaller.constraints;
    kept.erase(std::remove(kept.begin(), kept.end(), constraint), kept.end());
    DimBox box = narrowed_;
    if (find_witness(smaller, box) == DimSearch::Outcome::impossible) conflict = smaller;
  }
  return conflict;
}

void DimSolver::check(const DimGroup& group, const std::vector<Dim>& dims) {
  DimBox box = narrowed_;
  const DimSearch::Outcome outcome = find_witness(group, box);
  if (outcome == DimSearch::Outcome::found) {
    for (const std::size_t dim : group.free_dims) witnesses_[dim] = box[dim].lowest;
    std::vector<Interval> scratch;
    narrow(constraints_, group, narrowed_, scratch);
    return;
  }
  const bool gave_up = outcome == DimSearch::Outcome::gave_up;
  const DimGroup named = gave_up ? group : conflict_in(group);
  std::vector<std::string> conditions;
  std::vector<bool> is_named(dims.size());
  for (const std::size_t i : named.constraints) {
    conditions.push_back(constraints_[i].text());
    for (const std::size_t slot : constraints_[i].slots()) {
      for (const std::size_t source : sources_[slot]) is_named[source] = true;
    }
  }
  std::vector<std::string> bounds;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    if (!is_named[i]) continue;
    bounds.push_back(fmt::format("{} {}..{}", dims[i].name, dims[i].lowest, dims[i].highest));
  }
  const std::string within =
      bounds.empty() ? "" : fmt::format(" within the bounds {}", fmt::join(bounds, ", "));
  if (gave_up) {
    problems_.push_back(fmt::format(
        "found no sizes{} for {} in {} steps; narrow the bounds, or write simpler conditions",
        within, fmt::join(conditions, " and "), kStepsOfWitness));
  } else {
    problems_.push_back(fmt::format(
        "no sizes{} satisfy {}; {}", within, fmt::join(conditions, " and "),
        bounds.empty() ? "no dim can change that" : "widen a bound or drop a condition"));
  }
}

void DimSolver::solve(std::vector<std::int64_t>& sizes) const {
  if (!groups_.empty()) {
    const std::vector<std::int64_t> wishes = sizes;
    DimBox box = narrowed_;
    for (const DimGroup& group : groups_) {
      const DimSearch::Outcome outcome =
          DimSearch(constraints_, group, wishes, kStepsOfSolve).run(box);
      const bool found = outcome == DimSearch::Outcome::found;
      for (const std::size_t dim : group.free_dims) {
        sizes[dim] = found ? box[dim].lowest : witnesses_[dim];
      }
    }
  }
  if (!complete(sizes)) throw InternalError("solved dims break a condition of their own table");
}

bool DimSolver::complete(std::vector<std::int64_t>& sizes) const {
  DimBox box = bounds_;
  for (const std::size_t dim : free_dims_) {
    if (!bounds_[dim].contains(sizes[dim])) return false;
    box[dim] = Interval::point(sizes[dim]);
  }
  std::vector<Interval> scratch;
  bool changed = false;
  for (const DimConstraint& constraint : constraints_) {
    if (!constraint.narrow(box, scratch, changed)) return false;
  }
  for (const std::size_t dim : derived_) sizes[dim] = box[dim].lowest;
  return true;
}

}  // namespace gradgrind
