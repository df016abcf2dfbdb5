#include <algorithm>
#include <numeric>

#include "generators/shrinker.h"

namespace gradgrind::shrinking {
namespace {

/// The recipe of `kind` that concerns as little as possible of a tensor of that shape, at `dim`;
/// contiguous where there is none.
Layout plain_layout(LayoutKind kind, const Shape& shape, std::size_t dim) {
  const std::size_t rank = shape.size();
  Layout layout;
  layout.kind = kind;
  switch (kind) {
    case LayoutKind::contiguous:
    case LayoutKind::alias:
      return {};
    case LayoutKind::channels_last:
      return dim == 0 ? make_layout(kind, shape, 0) : Layout{};
    case LayoutKind::offset:
      if (dim > 0) return {};
      layout.start.assign(rank, 0);
      layout.start[dim] = 1;
      return layout;
    case LayoutKind::permuted:
      if (dim + 1 == rank) return {};
      layout.order.resize(rank);
      std::iota(layout.order.begin(), layout.order.end(), 0);
      std::swap(layout.order[dim], layout.order[dim + 1]);
      return layout;
    case LayoutKind::strided:
      layout.step.assign(rank, 1);
      layout.step[dim] = 2;
      return layout;
    case LayoutKind::expanded:
      if (shape[dim] <= 1) return {};
      layout.expanded.assign(rank, false);
      layout.expanded[dim] = true;
      return layout;
  }
  return {};
}

void shrink_layout(Shrinker& shrinker, std::size_t input, std::size_t tensor) {
  const TensorValue value = shrinker.best().inputs[input].tensors[tensor];
  if (value.layout.is_contiguous()) return;
  const auto offer = [&](const Layout& layout) {
    Case candidate = shrinker.best();
    candidate.inputs[input].tensors[tensor].layout = layout;
    return shrinker.offer(std::move(candidate));
  };
  if (offer(Layout{})) return;
  const Domain& domain = shrinker.signature().inputs[input].second;
  bool was_accepted = false;
  LayoutKind kind = LayoutKind::contiguous;
  for (const Layout& layout : plain_layouts(domain, value.values.shape())) {
    if (was_accepted && layout.kind != kind) return;
    kind = layout.kind;
    was_accepted = offer(layout) || was_accepted;
  }
}

}  // namespace

std::vector<Layout> plain_layouts(const Domain& domain, const Shape& shape) {
  std::vector<LayoutKind> kinds = domain.layouts;
  std::sort(kinds.begin(), kinds.end());
  std::vector<Layout> layouts;
  for (const LayoutKind kind : kinds) {
    if (!is_possible(kind, static_cast<std::int64_t>(shape.size()))) continue;
    for (std::size_t dim = 0; dim < shape.size(); ++dim) {
      Layout layout = plain_layout(kind, shape, dim);
      if (!layout.is_contiguous()) layouts.push_back(std::move(layout));
    }
  }
  return layouts;
}

void shrink_layouts(Shrinker& shrinker) {
  Case contiguous = shrinker.best();
  for (Input& input : contiguous.inputs) {
    for (TensorValue& tensor : input.tensors) tensor.layout = {};
  }
  if (shrinker.offer(std::move(contiguous))) return;
  for (std::size_t i = 0; i < shrinker.best().inputs.size(); ++i) {
    for (std::size_t j = 0; j < shrinker.best().inputs[i].tensors.size(); ++j)
      shrink_layout(shrinker, i, j);
  }
}

}  // namespace gradgrind::shrinking
