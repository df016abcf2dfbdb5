// Which positions of an axis stay when a dim is sliced: the bodies of DimTable::kept_positions()
// and DimTable::depends_on().
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <numeric>
#include <string>
#include <vector>

#include "generators/dim_expr.h"
#include "gradgrind/generators/dims.h"
#include "gradgrind/generators/error.h"

namespace gradgrind {
namespace {

using Node = DimExpr::Node;
using Kind = DimExpr::Node::Kind;
using Positions = std::vector<std::int64_t>;

/// The derivation of a dim, or nullptr for one that is not derived.
using DerivationOf = std::function<const DimExpr*(const std::string&)>;

bool depends(const Node& node, const std::string& dim, const DerivationOf& derivation_of) {
  if (node.kind == Kind::literal) return false;
  if (node.kind == Kind::name) {
    const DimExpr* derivation = derivation_of(node.name);
    return node.name == dim ||
           (derivation != nullptr && depends(derivation->root(), dim, derivation_of));
  }
  return depends(*node.left, dim, derivation_of) || depends(*node.right, dim, derivation_of);
}

Positions first_positions(std::int64_t count) {
  Positions positions(static_cast<std::size_t>(std::max<std::int64_t>(count, 0)));
  std::iota(positions.begin(), positions.end(), std::int64_t{0});
  return positions;
}

std::int64_t count_of(const Positions& positions) {
  return static_cast<std::int64_t>(positions.size());
}

/// Brings ascending `positions` of an axis to `count` of them: the leading ones stay, and the
/// smallest ones missing below `size` are added.
void fit(Positions& positions, std::int64_t size, std::int64_t count) {
  count = std::max<std::int64_t>(count, 0);
  if (count_of(positions) >= count) {
    positions.resize(static_cast<std::size_t>(count));
    return;
  }
  Positions filled;
  std::int64_t missing = count - count_of(positions);
  std::size_t next = 0;
  for (std::int64_t at = 0; at < size; ++at) {
    if (next < positions.size() && positions[next] == at) {
      ++next;
    } else if (missing > 0) {
      --missing;
    } else {
      continue;
    }
    filled.push_back(at);
  }
  positions = filled;
}

/// One slicing of a dim, followed through expressions.
class Slicing {
 public:
  Slicing(const Dims& before, const Dims& after, const std::string& dim, const Positions& kept,
          const DerivationOf& derivation_of)
      : before_(before), after_(after), dim_(dim), kept_(kept), derivation_of_(derivation_of) {}

  Positions positions_of(const DimExpr& expr) const {
    return positions_of(expr.root(), expr.evaluate(before_), expr.evaluate(after_));
  }

 private:
  static std::int64_t size_of(const Node& node, const Dims& dims) {
    return evaluate(node, dims).value_or(0);
  }

  Positions positions_of(const Node& node) const {
    return positions_of(node, size_of(node, before_), size_of(node, after_));
  }

  Positions positions_of(const Node& node, std::int64_t size, std::int64_t count) const {
    // Most axes do not depend on the dim, and huge intermediate sizes must not be spelled out.
    if (size <= 0 || !depends(node, dim_, derivation_of_)) return first_positions(size);
    Positions positions;
    switch (node.kind) {
      case Kind::name:
        positions = node.name == dim_ ? kept_ : positions_of(derivation_of_(node.name)->root());
        break;
      case Kind::product:
        positions = of_product(node);
        break;
      case Kind::sum:
        positions = of_sum(node);
        break;
      case Kind::quotient:
        positions = of_quotient(node, size);
        break;
      default:
        positions = of_difference(node, size);
        break;
    }
    fit(positions, size, count);
    return positions;
  }

  Positions of_product(const Node& node) const {
    const std::int64_t columns = size_of(*node.right, before_);
    const Positions kept_columns = positions_of(*node.right);
    Positions positions;
    for (const std::int64_t row : positions_of(*node.left)) {
      for (const std::int64_t column : kept_columns) positions.push_back(row * columns + column);
    }
    return positions;
  }

  Positions of_sum(const Node& node) const {
    Positions positions = positions_of(*node.left);
    const std::int64_t offset = std::max<std::int64_t>(size_of(*node.left, before_), 0);
    for (const std::int64_t position : positions_of(*node.right)) {
      positions.push_back(offset + position);
    }
    return positions;
  }

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

  Positions of_difference(const Node& node, std::int64_t size) const {
    Positions positions = positions_of(*node.left);
    positions.erase(std::lower_bound(positions.begin(), positions.end(), size), positions.end());
    return positions;
  }

  const Dims& before_;
  const Dims& after_;
  const std::string& dim_;
  const Positions& kept_;
  const DerivationOf& derivation_of_;
};

}  // namespace

std::vector<std::int64_t> DimTable::kept_positions(const DimExpr& axis, const Dims& before,
                                                   const Dims& after, const std::string& name,
                                                   const std::vector<std::int64_t>& kept) const {
  require_free(name);
  const std::int64_t size = before[name];
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (kept[i] >= (i == 0 ? 0 : kept[i - 1] + 1) && kept[i] < size) continue;
    throw UsageError(
        fmt::format("kept_positions of dim '{}': kept index {} is {}; indices ascend, each once, "
                    "from 0 to below the size {}",
                    name, i, kept[i], size));
  }
  const DerivationOf derivation_of = [this](const std::string& used) { return derivation(used); };
  Positions positions = Slicing(before, after, name, kept, derivation_of).positions_of(axis);
  const auto count = static_cast<std::size_t>(std::max<std::int64_t>(axis.evaluate(after), 0));
  if (!positions.empty()) positions.resize(count, positions.back());
  return positions;
}

bool DimTable::depends_on(const DimExpr& axis, const std::string& name) const {
  return depends(axis.root(), name, [this](const std::string& used) { return derivation(used); });
}

const DimExpr* DimTable::derivation(const std::string& name) const {
  const Dim* dim = find(name);
  if (dim == nullptr || dim->kind != Dim::Kind::derived) return nullptr;
  return &*derivations_[static_cast<std::size_t>(dim - dims_.data())];
}

}  // namespace gradgrind
