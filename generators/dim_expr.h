// The tree behind a DimExpr, and the arithmetic that all evaluations of it share.
//
// Layer 1, vocabulary. Internal.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gradgrind/generators/shape.h"

namespace gradgrind {

struct DimExpr::Node {
  enum class Kind : std::uint8_t { literal, name, sum, difference, product, quotient };

  Kind kind = Kind::literal;
  std::int64_t literal = 0;           ///< Of a literal; at least 0.
  std::string name;                   ///< Of a name.
  std::shared_ptr<const Node> left;   ///< Of the four operators.
  std::shared_ptr<const Node> right;  ///< Likewise.
};

/// Whether `text` is a letter or underscore followed by letters, digits and underscores.
bool is_dim_name(std::string_view text);

/// `left` and `right` combined by one of the four operators, or nothing when the result exceeds 64
/// bits or the quotient does not divide.
std::optional<std::int64_t> combine(DimExpr::Node::Kind kind, std::int64_t left,
                                    std::int64_t right);

/// The value of `node`, or nothing when a name is unbound or combine() gives nothing.
std::optional<std::int64_t> evaluate(const DimExpr::Node& node, const Dims& dims);

/// "with T=3, K=1" for the names that `expr` uses and `dims` binds, or empty when there is none.
std::string describe_bindings(const DimExpr& expr, const Dims& dims);

}  // namespace gradgrind
