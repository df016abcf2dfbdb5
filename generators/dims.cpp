#include "gradgrind/generators/dims.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "generators/dim_solver.h"
#include "generators/dim_table_reader.h"
#include "gradgrind/generators/error.h"

namespace gradgrind {
namespace {

bool is_within(const Dim& dim, const Shape& sizes) {
  const auto count = static_cast<std::int64_t>(sizes.size());
  return dim.lowest <= count && count <= dim.highest &&
         std::all_of(sizes.begin(), sizes.end(), [&](std::int64_t size) {
           return dim.lowest_size <= size && size <= dim.highest_size;
         });
}

}  // namespace

DimTable::DimTable(std::vector<Dim> dims, const std::vector<std::string>& expressions,
                   const std::vector<std::string>& relations)
    : dims_(std::move(dims)) {
  DimTableReader reader(dims_);
  reader.add_expressions(expressions);
  reader.add_relations(relations);
  if (!reader.problems().empty()) throw UsageError(reader.problems());
  derivations_ = reader.expressions_of_derived();
  solver_ = std::make_shared<DimSolver>(dims_, reader.derivations(), reader.conditions());
  if (!solver_->problems().empty()) throw UsageError(solver_->problems());
}

std::optional<std::size_t> DimTable::position_of(const std::string& name) const {
  for (std::size_t i = 0; i < dims_.size(); ++i) {
    if (dims_[i].name == name) return i;
  }
  return std::nullopt;
}

bool DimTable::is_free(const std::string& name) const {
  const std::optional<std::size_t> position = position_of(name);
  return position && dims_[*position].kind == Dim::Kind::free;
}

Dims DimTable::solve(const Chooser& choose) const {
  std::vector<std::int64_t> sizes(dims_.size());
  for (std::size_t i = 0; i < dims_.size(); ++i) {
    const Dim& dim = dims_[i];
    if (dim.kind != Dim::Kind::free) continue;
    // The answers do not depend on each other, so all are known before any is moved.
    sizes[i] = std::clamp(choose(dim, dim.lowest, dim.highest), dim.lowest, dim.highest);
  }
  solver_->solve(sizes);
  Dims solved;
  for (std::size_t i = 0; i < dims_.size(); ++i) {
    if (dims_[i].kind != Dim::Kind::variadic) solved.sizes[dims_[i].name] = sizes[i];
  }
  return solved;
}

std::optional<Dims> DimTable::completed(Dims dims) const {
  std::vector<std::int64_t> sizes(dims_.size());
  for (std::size_t i = 0; i < dims_.size(); ++i) {
    const Dim& dim = dims_[i];
    if (dim.kind == Dim::Kind::free) {
      const auto found = dims.sizes.find(dim.name);
      if (found == dims.sizes.end()) return std::nullopt;
      sizes[i] = found->second;
    } else if (dim.kind == Dim::Kind::variadic) {
      const auto found = dims.variadic.find(dim.name);
      if (found != dims.variadic.end() && !is_within(dim, found->second)) return std::nullopt;
    }
  }
  if (!solver_->complete(sizes)) return std::nullopt;
  for (std::size_t i = 0; i < dims_.size(); ++i) {
    if (dims_[i].kind == Dim::Kind::derived) dims.sizes[dims_[i].name] = sizes[i];
  }
  return dims;
}

std::optional<Dims> DimTable::with_size(const Dims& dims, const std::string& name,
                                        std::int64_t size) const {
  require_free(name);
  Dims changed = dims;
  changed.sizes[name] = size;
  return completed(std::move(changed));
}

bool DimTable::is_legal(const Dims& dims) const { return completed(dims).has_value(); }

void DimTable::require_free(const std::string& name) const {
  if (is_free(name)) return;
  std::vector<std::string> known;
  for (const Dim& dim : dims_) {
    if (dim.kind == Dim::Kind::free) known.push_back(dim.name);
  }
  throw UsageError(unknown_name("free dim", name, known));
}

}  // namespace gradgrind
