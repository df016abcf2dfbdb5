#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "generators/parsed_signature.h"
#include "gradgrind/generators/error.h"

namespace gradgrind::detail {
namespace {

using Positions = std::vector<std::int64_t>;

/// The positions of each axis that stay; nothing for an axis that stays whole.
using KeptAxes = std::vector<std::optional<Positions>>;

void check_kept(const ParsedSignature& space, const Case& a_case, const std::string& name,
                const Positions& kept) {
  const auto call = fmt::format("CaseSpace::sliced(\"{}\")", name);
  if (!space.table.is_free(name)) {
    std::vector<std::string> known;
    for (const Dim& dim : space.table.dims()) {
      if (dim.kind == Dim::Kind::free) known.push_back(dim.name);
    }
    throw UsageError(fmt::format("{}: {}", call, unknown_name("free dim", name, known)));
  }
  const std::int64_t size = a_case.dims[name];
  for (std::size_t i = 0; i < kept.size(); ++i) {
    const bool is_inside = 0 <= kept[i] && kept[i] < size;
    if (is_inside && (i == 0 || kept[i - 1] < kept[i])) continue;
    throw UsageError(fmt::format("{}: kept[{}] is {}; indices ascend within 0 <= index < {}", call,
                                 i, kept[i], size));
  }
}

/// One slicing of one case.
class Slicing {
 public:
  Slicing(const ParsedSignature& space, const Case& original, const std::string& name,
          const Positions& kept, Dims after)
      : space_(space), original_(original), name_(name), kept_(kept), after_(std::move(after)) {}

  Case result(const std::vector<std::string>& built_from) const {
    Case sliced_case = original_;
    sliced_case.dims = after_;
    for (std::size_t i = 0; i < space_.inputs.size(); ++i) {
      Input& input = sliced_case.input(space_.inputs[i].name);
      const KeptAxes axes = kept_axes(i);
      for (TensorValue& tensor : input.tensors) {
        const bool is_partner = space_.inputs[i].broadcasts_to.has_value();
        const Shape& shape = tensor.values.shape();
        tensor.values = cut(tensor.values, is_partner ? aligned(axes, i, shape) : axes);
      }
    }
    const auto units = weight_units(built_from);
    for (NamedArray& entry : sliced_case.weights.state) {
      entry.values = cut(entry.values, weight_axes(units, entry.values.shape()));
    }
    repair(space_, sliced_case);
    return sliced_case;
  }

 private:
  /// A dim that sizes of parameters are made of.
  struct Unit {
    DimExpr dim;
    std::int64_t before = 0;
  };

  std::optional<Positions> kept_of(const DimExpr& axis) const {
    if (!space_.table.depends_on(axis, name_)) return std::nullopt;
    return space_.table.kept_positions(axis, original_.dims, after_, name_, kept_);
  }

  /// What stays of each axis of input `input`, or of the shape that it broadcasts to.
  KeptAxes kept_axes(std::size_t input) const {
    const ParsedInput& parsed = space_.inputs[input];
    if (parsed.broadcasts_to) {
      const std::size_t partner = *parsed.broadcasts_to;
      const KeptAxes axes = kept_axes(partner);
      if (!space_.inputs[partner].broadcasts_to) return axes;
      const auto& tensors = original_.input(space_.inputs[partner].name).tensors;
      return tensors.empty() ? axes : aligned(axes, partner, tensors.front().values.shape());
    }
    KeptAxes axes;
    for (const ShapeExpr::Entry& entry : parsed.shape.entries()) {
      if (entry.dim) {
        axes.push_back(kept_of(*entry.dim));
      } else {
        axes.resize(axes.size() + original_.dims.variadic.at(entry.variadic).size());
      }
    }
    return axes;
  }

  /// The part of `axes` that concerns a tensor of `shape`, which broadcasts to the full shape of
  /// input `input`: dims align at the end, and collapsed ones stay.
  KeptAxes aligned(const KeptAxes& axes, std::size_t input, const Shape& shape) const {
    const Shape full = full_shape(space_, input, original_);
    const std::size_t dropped = full.size() - shape.size();
    KeptAxes result(axes.begin() + static_cast<std::ptrdiff_t>(dropped), axes.end());
    for (std::size_t i = 0; i < shape.size(); ++i) {
      if (shape[i] != full[i + dropped]) result[i].reset();
    }
    return result;
  }

  /// The dims of `built_from` that change with the sliced one, largest first.
  std::vector<Unit> weight_units(const std::vector<std::string>& built_from) const {
    std::vector<Unit> units;
    for (const std::string& dim_name : built_from) {
      const auto size = original_.dims.sizes.find(dim_name);
      if (size == original_.dims.sizes.end() || size->second == 0) continue;
      DimExpr dim = DimExpr::parse(dim_name);
      if (space_.table.depends_on(dim, name_)) units.push_back({std::move(dim), size->second});
    }
    std::stable_sort(units.begin(), units.end(),
                     [](const Unit& a, const Unit& b) { return a.before > b.before; });
    return units;
  }

  /// What stays of the axes of a parameter: of each that is some blocks of a unit, the same
  /// positions in each block.
  KeptAxes weight_axes(const std::vector<Unit>& units, const Shape& shape) const {
    KeptAxes axes;
    for (const std::int64_t size : shape) {
      const auto unit = std::find_if(units.begin(), units.end(), [&](const Unit& candidate) {
        return size > 0 && size % candidate.before == 0;
      });
      axes.emplace_back();
      if (unit == units.end()) continue;
      const Positions block = *kept_of(unit->dim);
      axes.back().emplace();
      for (std::int64_t start = 0; start < size; start += unit->before) {
        for (const std::int64_t position : block) axes.back()->push_back(start + position);
      }
    }
    return axes;
  }

  static Array cut(const Array& values, const KeptAxes& axes) {
    Array result = values;
    for (std::size_t axis = 0; axis < axes.size(); ++axis) {
      if (axes[axis]) result = take(result, static_cast<std::int64_t>(axis), *axes[axis]);
    }
    return result;
  }

  const ParsedSignature& space_;
  const Case& original_;
  const std::string& name_;
  const Positions& kept_;
  Dims after_;
};

}  // namespace

std::optional<Case> sliced(const ParsedSignature& space, const Case& a_case,
                           const std::string& name, const std::vector<std::int64_t>& kept,
                           const std::vector<std::string>& built_from) {
  check_kept(space, a_case, name, kept);
  const auto size = static_cast<std::int64_t>(kept.size());
  std::optional<Dims> after = space.table.with_size(a_case.dims, name, size);
  if (!after) return std::nullopt;
  return Slicing(space, a_case, name, kept, std::move(*after)).result(built_from);
}

}  // namespace gradgrind::detail
