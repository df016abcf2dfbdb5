// The dims of a contract: bounds, derivations, and a solver that never rejects.
//
// Layer 1, vocabulary.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gradgrind/generators/shape.h"

namespace gradgrind {

class DimSolver;

/// One symbolic dim as its contract declares it.
struct Dim {
  enum class Kind { free, derived, variadic };
  Kind kind = Kind::free;
  std::string name;
  std::int64_t lowest = 0;        ///< Inclusive. For a variadic dim: bounds of its number of dims.
  std::int64_t highest = 0;       ///< Inclusive.
  std::string expression;         ///< Of a derived dim.
  std::int64_t lowest_size = 1;   ///< Of each dim of a variadic one, inclusive.
  std::int64_t highest_size = 4;  ///< Likewise.
};

/// Declared dims together with every condition that their shapes impose: each quotient divides,
/// each size is at least 0, and each required relation ("K <= T") holds. Immutable.
class DimTable {
 public:
  /// `expressions` are all dim expressions that shapes and bounds use: their quotients must divide
  /// and their values be at least 0. `relations` are of the form "K <= T" with one of
  /// <= < >= > == !=.
  ///
  /// Throws one UsageError that lists all problems: a text that does not parse, an unknown or
  /// doubly declared name, a derivation in a circle, bounds that are reversed or negative, and
  /// conditions that no sizes within the bounds satisfy. An expression "*name" only asks that the
  /// dim is variadic.
  DimTable(std::vector<Dim> dims, const std::vector<std::string>& expressions,
           const std::vector<std::string>& relations);

  const std::vector<Dim>& dims() const { return dims_; }
  bool is_free(const std::string& name) const;

  /// Chooses a size for one free dim given its bounds, both inclusive.
  using Chooser =
      std::function<std::int64_t(const Dim&, std::int64_t lowest, std::int64_t highest)>;

  /// Sizes for all plain dims. Each free dim is put to `choose` once, in order of declaration; its
  /// answer is moved to the nearest size (upwards first) with which all conditions can still be
  /// met. Never fails: an impossible table was refused by the constructor. Where conditions are so
  /// entangled that the search takes too long (10,000 steps), the dims concerned get the sizes with
  /// which the constructor found the table possible.
  Dims solve(const Chooser& choose) const;

  /// `dims` with the free dim `name` at `size`, derived dims recomputed, or nothing where that
  /// breaks a bound or a condition.
  std::optional<Dims> with_size(const Dims& dims, const std::string& name, std::int64_t size) const;

  /// Recomputes the derived dims and says whether all bounds and conditions hold.
  bool is_legal(const Dims& dims) const;

  /// The positions of an axis of size `axis` that stay when only the indices `kept` of the dim
  /// `name` stay. Follows derivations: dropping index i of H drops rows 8i..8i+7 of "8*H"; a
  /// product is row-major with constant factors innermost, a sum is a concatenation, a quotient
  /// keeps whole blocks. Where nothing better can be said the leading positions stay. `kept`
  /// ascends. The result ascends and has exactly the size that the expression has under `after`:
  /// the last position is repeated where the axis grows ("T-K" when K shrinks). Only from an axis
  /// of size 0 nothing can be taken.
  std::vector<std::int64_t> kept_positions(const DimExpr& axis, const Dims& before,
                                           const Dims& after, const std::string& name,
                                           const std::vector<std::int64_t>& kept) const;

  /// Whether `axis` depends on the free dim `name`, directly or through derived dims. False
  /// where `name` is no free dim.
  bool depends_on(const DimExpr& axis, const std::string& name) const;

 private:
  std::optional<std::size_t> position_of(const std::string& name) const;
  void require_free(const std::string& name) const;
  bool depends_on(const std::string& dim, const std::string& name) const;
  /// `dims` with derived dims recomputed, or nothing where it is illegal.
  std::optional<Dims> completed(Dims dims) const;

  std::vector<Dim> dims_;
  std::vector<std::optional<DimExpr>> derivations_;  // parallel to dims_
  std::shared_ptr<const DimSolver> solver_;
};

}  // namespace gradgrind
