// A Signature whose texts are parsed and whose names are resolved, and what CaseSpace does with it.
// Internal.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gradgrind/generators/case_space.h"

namespace gradgrind::detail {

/// One input of a ParsedSignature.
struct ParsedInput {
  std::string name;
  Domain domain;
  ShapeExpr shape;                           ///< Empty for a broadcast partner.
  std::vector<DimExpr> bounds;               ///< Of the domain's content.
  std::optional<std::size_t> alias_of;       ///< An earlier input.
  std::optional<std::size_t> broadcasts_to;  ///< An earlier input.

  /// The bounds that `fill` and `repair` are given.
  std::vector<std::int64_t> bounds_in(const Dims& dims) const;
};

struct ParsedSignature {
  Signature signature;
  DimTable table;
  std::vector<DimExpr> expressions;  ///< All that must be defined and at least 0.
  std::vector<ParsedInput> inputs;
};

/// Throws one UsageError that lists every problem.
ParsedSignature parse(Signature signature);

/// The problems of an input that concern no other and no dim, each with the input's name.
std::vector<std::string> problems_of(const std::string& name, const Domain& domain);

/// The problems of a shape text, or of one dim expression, given the declared dims: what does not
/// parse, names that are not declared, stars that are missing or too many. Each starts with
/// `where`.
std::vector<std::string> shape_problems(const std::vector<Dim>& dims, const std::string& where,
                                        const std::string& text);
std::vector<std::string> expression_problems(const std::vector<Dim>& dims, const std::string& where,
                                             const std::string& text);

/// CaseSpace::generate().
Case generate(const ParsedSignature& space, Source& source);

/// CaseSpace::repair().
void repair(const ParsedSignature& space, Case& a_case);

/// CaseSpace::structural_mismatch().
std::string structural_mismatch(const ParsedSignature& space, const Case& a_case);

/// CaseSpace::value_mismatch().
std::string value_mismatch(const ParsedSignature& space, const Case& a_case);

/// CaseSpace::sliced().
std::optional<Case> sliced(const ParsedSignature& space, const Case& a_case,
                           const std::string& name, const std::vector<std::int64_t>& kept,
                           const std::vector<std::string>& built_from);

/// The shape of input `input`, or for a broadcast partner the one that it broadcasts to, given the
/// dims and the inputs before it.
Shape full_shape(const ParsedSignature& space, std::size_t input, const Case& a_case);

/// Whether `tensor`, of input `input`, could be the same memory as the input's alias partner:
/// shape, dtype and device are equal.
bool can_alias(const ParsedSignature& space, std::size_t input, const Case& a_case,
               const TensorValue& tensor);

/// Brings one tensor to a member of its domain that its layout can hold; where no layout but the
/// contiguous one holds a member, to that.
void settle(const ParsedSignature& space, std::size_t input, const Case& a_case,
            TensorValue& tensor);

}  // namespace gradgrind::detail
