// Symbolic dims: "B T 8*H", "*batch D", "T/2", "T-K+1".
//
// Layer 1, vocabulary. A shape text lists dim expressions separated by spaces. An expression is
// built from names, non-negative literals, + - * / and parentheses, without spaces; a quotient must
// divide. "*name" stands for any number of dims. The notation follows jaxtyping's.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gradgrind/generators/array.h"

namespace gradgrind {

/// What each symbolic dim stands for in one case.
struct Dims {
  std::map<std::string, std::int64_t> sizes;  ///< Plain dims, derived ones included.
  std::map<std::string, Shape> variadic;      ///< Dims written "*name".

  /// Size of a plain dim. Throws UsageError listing the known ones.
  std::int64_t operator[](const std::string& name) const;

  friend bool operator==(const Dims& a, const Dims& b) {
    return a.sizes == b.sizes && a.variadic == b.variadic;
  }
};

/// An arithmetic expression over dims. Immutable; copies share the tree.
class DimExpr {
 public:
  struct Node;

  /// Throws UsageError with the text, the position and what was expected there.
  static DimExpr parse(std::string_view text);

  /// The value, or nothing when a name is unbound or a quotient does not divide. May be negative.
  std::optional<std::int64_t> try_evaluate(const Dims& dims) const;
  /// The value. Throws UsageError when try_evaluate() gives nothing, saying why.
  std::int64_t evaluate(const Dims& dims) const;

  /// The names it uses, each once, in order of appearance.
  const std::vector<std::string>& names() const { return names_; }
  const std::string& text() const { return text_; }
  const Node& root() const { return *root_; }

 private:
  std::shared_ptr<const Node> root_;
  std::vector<std::string> names_;
  std::string text_;
};

/// The shape of a tensor in symbolic dims.
class ShapeExpr {
 public:
  struct Entry {
    std::optional<DimExpr> dim;  ///< Absent for a variadic entry.
    std::string variadic;        ///< The name behind the star, else empty.
  };

  /// Throws UsageError as DimExpr::parse() does. The empty text is the shape of a scalar.
  static ShapeExpr parse(std::string_view text);

  /// The concrete shape. Throws UsageError when an entry cannot be evaluated or is negative.
  Shape evaluate(const Dims& dims) const;

  const std::vector<Entry>& entries() const { return entries_; }
  const std::string& text() const { return text_; }

 private:
  std::vector<Entry> entries_;
  std::string text_;
};

}  // namespace gradgrind
