// Reads the texts of a table of dims and collects what is wrong with them.
//
// Layer 1, vocabulary. Internal.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "generators/dim_constraint.h"
#include "generators/dim_expr.h"
#include "generators/dim_solver.h"
#include "gradgrind/generators/dims.h"

namespace gradgrind {

/// Everything but problems() is of use only while there are no problems.
class DimTableReader {
 public:
  /// Reads the declarations. `dims` must outlive the reader.
  explicit DimTableReader(const std::vector<Dim>& dims);

  /// Conditions that quotients divide and values are at least 0. An entry "*name" is checked to be
  /// a variadic dim and imposes nothing.
  void add_expressions(const std::vector<std::string>& texts);
  /// Conditions of the form "K <= T".
  void add_relations(const std::vector<std::string>& texts);

  const std::vector<std::string>& problems() const { return problems_; }
  /// By position of the dim; nothing for one that is not derived.
  const std::vector<std::optional<DimExpr>>& expressions_of_derived() const { return expressions_; }
  /// Each after those of its sources.
  const std::vector<DimDerivation>& derivations() const { return derivations_; }
  const std::vector<DimConstraint>& conditions() const { return conditions_; }

 private:
  enum class Progress { unseen, entered, done };

  void read_declaration(std::size_t position);
  void read_bounds(const Dim& dim);
  void order_derivations();
  void derive(std::size_t position, std::vector<Progress>& progress,
              std::vector<std::size_t>& path);
  void read_relation(const std::string& text);
  /// The expression, or nothing after noting its problems, each behind `prefix`.
  std::optional<DimExpr> read(const std::string& prefix, const std::string& text);
  void check_variadic(const std::string& text);
  std::optional<std::size_t> position_of(const std::string& name) const;
  std::vector<std::string> names(bool are_variadic) const;
  DimConstraint constraint(std::string text, const DimExpr& left, Comparison comparison,
                           const DimExpr& right) const;

  const std::vector<Dim>& dims_;
  std::vector<std::optional<DimExpr>> expressions_;
  std::vector<DimDerivation> derivations_;
  std::vector<DimConstraint> conditions_;
  std::vector<std::string> problems_;
};

}  // namespace gradgrind
