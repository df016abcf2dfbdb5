// How the values of a tensor lie in memory.
//
// Layer 1, vocabulary.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gradgrind/generators/array.h"

namespace gradgrind {

/// The families of layouts that a domain may promise, simplest first.
enum class LayoutKind : std::uint8_t {
  contiguous,     ///< Dense and row-major.
  offset,         ///< Contiguous, but not at the start of its storage.
  permuted,       ///< Dense, dims stored in another order (a transpose).
  strided,        ///< Every second or third element of a larger tensor.
  channels_last,  ///< Rank 4 or 5 with dim 1 stored innermost.
  expanded,       ///< A dim of stride 0: its slices are one memory, so their values are equal.
  alias,          ///< The same memory as another input of equal shape and dtype.
};

std::string_view name(LayoutKind kind);
/// Throws UsageError for a name that is none, listing the known ones.
LayoutKind layout_kind_named(std::string_view name);

/// contiguous, offset, permuted, strided, channels_last, expanded: every kind that needs no
/// partner.
const std::vector<LayoutKind>& all_layouts();

/// A recipe that turns dense values into a view of some storage. The fields combine; an empty
/// vector means "as in a contiguous tensor". All vectors, where given, have an entry for each dim.
struct Layout {
  LayoutKind kind = LayoutKind::contiguous;  ///< The family it was drawn from; names it in reports.
  std::vector<std::int64_t> order;           ///< Dims from outermost to innermost in memory.
  std::vector<std::int64_t> step;            ///< The view takes every step-th slice, step >= 1.
  std::vector<std::int64_t> start;  ///< Slices of the storage before the first of the view.
  std::vector<bool> expanded;       ///< Dims of stride 0.
  std::string alias_of;             ///< Name of the input whose memory this one shares, or empty.

  bool is_contiguous() const { return kind == LayoutKind::contiguous; }

  friend bool operator==(const Layout& a, const Layout& b) {
    return a.kind == b.kind && a.order == b.order && a.step == b.step && a.start == b.start &&
           a.expanded == b.expanded && a.alias_of == b.alias_of;
  }
};

/// "contiguous", "permuted (1, 0)", "strided step (1, 2)", "alias of x".
std::string to_string(const Layout& layout);

/// Whether tensors of `rank` can have this kind: channels_last wants rank 4 or 5, permuted 2, the
/// others 1. An alias is possible at any rank.
bool is_possible(LayoutKind kind, std::int64_t rank);

/// A recipe of `kind` for `shape`, selected by `key`. Contiguous where the kind is not possible.
Layout make_layout(LayoutKind kind, const Shape& shape, std::uint64_t key);

/// Makes `values` what `layout` can hold: along each expanded dim every slice equals the first.
void make_representable(const Layout& layout, Array& values);

}  // namespace gradgrind
