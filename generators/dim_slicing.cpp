// Which positions of an axis stay when a dim is sliced: the bodies of DimTable::kept_positions()
// and DimTable::depends_on().
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "generators/dim_expr.h"
#include "generators/dim_solver.h"
#include "gradgrind/generators/dims.h"
#include "gradgrind/generators/error.h"

namespace gradgrind {
namespace {

using Node = DimExpr::Node;
using Kind = DimExpr::Node::Kind;
using Positions = std::vector<std::int64_t>;

/// What a table knows of a dim.
struct Relatives {
  std::function<bool(const std::string&)> depends;               ///< Whether on the sliced dim.
  std::function<const DimExpr&(const std::string&)> derivation;  ///< Of a derived dim.
};

bool depends(const Node& node, const Relatives& relatives) {
  if (node.kind == Kind::literal) return false;
  if (node.kind == Kind::name) return relatives.depends(node.name);
  return depends(*node.left, relatives) || depends(*node.right, relatives);
}

bool is_constant(const Node& node) {
  if (node.kind == Kind::literal) return true;
  return node.kind != Kind::name && is_constant(*node.left) && is_constant(*node.right);
}

Positions first_positions(std::int64_t count) {
  Positions positions(static_cast<std::size_t>(std::max<std::int64_t>(count, 0)));
  std::iota(positions.begin(), positions.end(), std::int64_t{0});
  return positions;
}

/// Brings ascending `positions` to `count` of those below `size`: the leading ones stay, and the
/// smallest missing ones are added.
void fit(Positions& positions, std::int64_t size, std::int64_t count) {
  const auto wanted = static_cast<std::size_t>(std::clamp<std::int64_t>(count, 0, size));
  positions.erase(std::lower_bound(positions.begin(), positions.end(), size), positions.end());
  if (positions.size() >= wanted) {
    positions.resize(wanted);
    return;
  }
  std::size_t missing = wanted - positions.size();
  Positions filled;
  auto next = positions.begin();
  for (std::int64_t at = 0; at < size; ++at) {
    if (next != positions.end() && *next == at) {
      ++next;
    } else if (missing > 0) {
      --missing;
    } else {
      continue;
    }
    filled.push_back(at);
  }
  positions = std::move(filled);
}

/// One slicing of a dim, followed through expressions.
class Slicing {
 public:
  /// The references must outlive it.
  Slicing(const Dims& before, const Dims& after, const std::string& dim, const Positions& kept,
          const Relatives& relatives)
      : before_(before), after_(after), dim_(dim), kept_(kept), relatives_(relatives) {}

  Positions positions_of(const Node& node) const {
    const std::int64_t size = size_of(node, before_);
    // Most axes do not depend on the dim, and huge intermediate sizes must not be spelled out.
    if (size <= 0 || !depends(node, relatives_)) return first_positions(size);
    Positions positions = unfitted_positions_of(node, size);
    fit(positions, size, size_of(node, after_));
    return positions;
  }

 private:
  /// Parts of an expression that has a value have one too.
  static std::int64_t size_of(const Node& node, const Dims& dims) {
    return evaluate(node, dims).value_or(0);
  }

  Positions unfitted_positions_of(const Node& node, std::int64_t size) const {
    switch (node.kind) {
      case Kind::product:
        return of_product(node);
      case Kind::sum:
        return of_sum(node);
      case Kind::difference:
        return positions_of(*node.left);
      case Kind::quotient:
        return of_quotient(node, size);
      default:
        return node.name == dim_ ? kept_ : positions_of(relatives_.derivation(node.name).root());
    }
  }

  /// Row-major. A constant is innermost wherever it is written: "8*H" is H blocks of 8.
  Positions of_product(const Node& node) const {
    const bool is_swapped = is_constant(*node.left);
    const Node& outer = is_swapped ? *node.right : *node.left;
    const Node& inner = is_swapped ? *node.left : *node.right;
    const std::int64_t columns = size_of(inner, before_);
    const Positions kept_columns = positions_of(inner);
    Positions positions;
    for (const std::int64_t row : positions_of(outer)) {
      for (const std::int64_t column : kept_columns) positions.push_back(row * columns + column);
    }
    return positions;
  }

  /// The right operand's positions follow the left one's.
  Positions of_sum(const Node& node) const {
    Positions positions = positions_of(*node.left);
    const std::int64_t offset = std::max<std::int64_t>(size_of(*node.left, before_), 0);
    for (const std::int64_t position : positions_of(*node.right)) {
      positions.push_back(offset + position);
    }
    return positions;
  }

  /// The blocks of which every position stays.
  Positions of_quotient(const Node& node, std::int64_t size) const {
    const std::int64_t block = size_of(*node.right, before_);
    const Positions left = positions_of(*node.left);
    Positions blocks;
    for (std::int64_t at = 0; at < size; ++at) {
      const auto start = std::lower_bound(left.begin(), left.end(), at * block);
      const auto end = std::lower_bound(start, left.end(), (at + 1) * block);
      if (end - start == block) blocks.push_back(at);
    }
    return blocks;
  }

  const Dims& before_;
  const Dims& after_;
  const std::string& dim_;
  const Positions& kept_;
  const Relatives& relatives_;
};

void require_ascending(const Positions& kept, const std::string& name, std::int64_t size) {
  std::int64_t least = 0;
  for (const std::int64_t index : kept) {
    if (index < least || index >= size) {
      throw UsageError(fmt::format(
          "kept_positions() of dim '{}' of size {}: kept indices [{}]; they must ascend and lie "
          "between 0 and the size",
          name, size, fmt::join(kept, ", ")));
    }
    least = index + 1;
  }
}

}  // namespace

std::vector<std::int64_t> DimTable::kept_positions(const DimExpr& axis, const Dims& before,
                                                   const Dims& after, const std::string& name,
                                                   const std::vector<std::int64_t>& kept) const {
  require_free(name);
  require_ascending(kept, name, before[name]);
  axis.evaluate(before);
  const auto count = static_cast<std::size_t>(std::max<std::int64_t>(axis.evaluate(after), 0));
  const Relatives relatives = {
      [&](const std::string& used) { return depends_on(used, name); },
      [&](const std::string& used) -> const DimExpr& { return *derivations_[*position_of(used)]; }};
  Positions positions = Slicing(before, after, name, kept, relatives).positions_of(axis.root());
  if (!positions.empty()) positions.resize(count, positions.back());
  return positions;
}

bool DimTable::depends_on(const DimExpr& axis, const std::string& name) const {
  return std::any_of(axis.names().begin(), axis.names().end(),
                     [&](const std::string& used) { return depends_on(used, name); });
}

bool DimTable::depends_on(const std::string& dim, const std::string& name) const {
  const std::optional<std::size_t> position = position_of(dim);
  const std::optional<std::size_t> source = position_of(name);
  return position && source && solver_->depends_on(*position, *source);
}

}  // namespace gradgrind
