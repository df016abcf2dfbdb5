#include "gradgrind/generators/layout.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "gradgrind/generators/error.h"
#include "gradgrind/generators/source.h"

namespace gradgrind {
namespace {

const std::vector<std::pair<LayoutKind, std::string_view>>& names() {
  static const std::vector<std::pair<LayoutKind, std::string_view>> entries = {
      {LayoutKind::contiguous, "contiguous"},
      {LayoutKind::offset, "offset"},
      {LayoutKind::permuted, "permuted"},
      {LayoutKind::strided, "strided"},
      {LayoutKind::channels_last, "channels_last"},
      {LayoutKind::expanded, "expanded"},
      {LayoutKind::alias, "alias"},
  };
  return entries;
}

/// "(1, 0)".
std::string tuple(const std::vector<std::int64_t>& values) {
  std::string text = to_string(values);
  text.front() = '(';
  text.back() = ')';
  return text;
}

/// The dims in which elements differ in position, or all of them where there is none.
std::vector<std::int64_t> long_dims(const Shape& shape) {
  std::vector<std::int64_t> all(shape.size());
  std::iota(all.begin(), all.end(), 0);
  std::vector<std::int64_t> dims;
  std::copy_if(all.begin(), all.end(), std::back_inserter(dims),
               [&](std::int64_t dim) { return shape[static_cast<std::size_t>(dim)] > 1; });
  return dims.empty() ? all : dims;
}

std::int64_t one_of(const std::vector<std::int64_t>& options, std::uint64_t key) {
  return options[static_cast<std::size_t>(mix(key) % options.size())];
}

std::vector<std::int64_t> permuted_order(const Shape& shape, std::uint64_t key) {
  std::vector<std::int64_t> order(shape.size());
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t i = order.size() - 1; i > 0; --i)
    std::swap(order[i], order[static_cast<std::size_t>(mix(key + i) % (i + 1))]);
  // Dims of size 1 may lie anywhere: only the order of the others shows in the strides.
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (shape[static_cast<std::size_t>(order[i])] > 1) places.push_back(i);
  }
  if (places.size() < 2) {
    places.resize(order.size());
    std::iota(places.begin(), places.end(), std::size_t{0});
  }
  const bool is_identity =
      std::is_sorted(places.begin(), places.end(),
                     [&](std::size_t a, std::size_t b) { return order[a] < order[b]; });
  if (is_identity) std::swap(order[places[0]], order[places[1]]);
  return order;
}

std::vector<std::int64_t> drawn_steps(const Shape& shape, std::uint64_t key) {
  // At most two dims: a step multiplies the storage.
  std::vector<std::int64_t> step(shape.size(), 1);
  const auto dims = long_dims(shape);
  step[static_cast<std::size_t>(one_of(dims, key + 1))] =
      2 + static_cast<std::int64_t>(mix(key + 2) % 2);
  if (mix(key + 3) % 2 == 1)
    step[static_cast<std::size_t>(one_of(dims, key + 4))] =
        2 + static_cast<std::int64_t>(mix(key + 5) % 2);
  return step;
}

}  // namespace

std::string_view name(LayoutKind kind) {
  for (const auto& [candidate, text] : names()) {
    if (candidate == kind) return text;
  }
  throw InternalError("no layout kind has the number " + std::to_string(static_cast<int>(kind)));
}

LayoutKind layout_kind_named(std::string_view name) {
  std::vector<std::string> known;
  for (const auto& [kind, text] : names()) {
    if (text == name) return kind;
    known.emplace_back(text);
  }
  throw UsageError("layout_kind_named(): " + unknown_name("layout kind", std::string(name), known));
}

const std::vector<LayoutKind>& all_layouts() {
  static const std::vector<LayoutKind> kinds = {LayoutKind::contiguous,    LayoutKind::offset,
                                                LayoutKind::permuted,      LayoutKind::strided,
                                                LayoutKind::channels_last, LayoutKind::expanded};
  return kinds;
}

std::string to_string(const Layout& layout) {
  std::string text(name(layout.kind));
  if (!layout.order.empty() && layout.kind != LayoutKind::channels_last)
    text += " " + tuple(layout.order);
  if (!layout.step.empty()) text += " step " + tuple(layout.step);
  if (!layout.start.empty()) text += " start " + tuple(layout.start);
  std::vector<std::int64_t> expanded;
  for (std::size_t dim = 0; dim < layout.expanded.size(); ++dim) {
    if (layout.expanded[dim]) expanded.push_back(static_cast<std::int64_t>(dim));
  }
  if (!expanded.empty()) text += " dims " + tuple(expanded);
  if (!layout.alias_of.empty()) text += " of " + layout.alias_of;
  return text;
}

bool is_possible(LayoutKind kind, std::int64_t rank) {
  switch (kind) {
    case LayoutKind::contiguous:
    case LayoutKind::alias:
      return true;
    case LayoutKind::channels_last:
      return rank == 4 || rank == 5;
    case LayoutKind::permuted:
      return rank >= 2;
    case LayoutKind::offset:
    case LayoutKind::strided:
    case LayoutKind::expanded:
      return rank >= 1;
  }
  throw InternalError("no layout kind has the number " + std::to_string(static_cast<int>(kind)));
}

Layout make_layout(LayoutKind kind, const Shape& shape, std::uint64_t key) {
  Layout layout;
  const std::size_t rank = shape.size();
  if (!is_possible(kind, static_cast<std::int64_t>(rank))) return layout;
  layout.kind = kind;
  switch (kind) {
    case LayoutKind::contiguous:
    case LayoutKind::alias:
      break;
    case LayoutKind::offset:
      layout.start.assign(rank, 0);
      layout.start[0] = 1 + static_cast<std::int64_t>(mix(key) % 3);
      break;
    case LayoutKind::permuted:
      layout.order = permuted_order(shape, key);
      break;
    case LayoutKind::strided:
      layout.step = drawn_steps(shape, key);
      break;
    case LayoutKind::channels_last:
      layout.order = rank == 4 ? Shape{0, 2, 3, 1} : Shape{0, 2, 3, 4, 1};
      break;
    case LayoutKind::expanded: {
      const auto dim = static_cast<std::size_t>(one_of(long_dims(shape), key));
      if (shape[dim] <= 1) return {};
      layout.expanded.assign(rank, false);
      layout.expanded[dim] = true;
      break;
    }
  }
  return layout;
}

void make_representable(const Layout& layout, Array& values) {
  const Shape& shape = values.shape();
  if (layout.expanded.empty() || values.size_in_bytes() == 0) return;
  if (layout.expanded.size() != shape.size())
    throw UsageError("make_representable(): layout '" + to_string(layout) + "' is for rank " +
                     std::to_string(layout.expanded.size()) + ", the array has shape " +
                     to_string(shape) + "; give `expanded` an entry for each dim.");
  std::size_t slice = element_size(values.dtype());
  for (std::size_t dim = shape.size(); dim-- > 0;) {
    const std::size_t block = slice * static_cast<std::size_t>(shape[dim]);
    if (layout.expanded[dim]) {
      for (std::size_t at = 0; at < values.size_in_bytes(); at += block) {
        // Each copy doubles what is filled.
        std::byte* const first = values.data() + at;
        for (std::size_t filled = slice; filled < block;) {
          const std::size_t next = std::min(filled, block - filled);
          std::memcpy(first + filled, first, next);
          filled += next;
        }
      }
    }
    slice = block;
  }
}

}  // namespace gradgrind
