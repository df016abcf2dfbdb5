#include "properties/strided_view.h"

#include <algorithm>
#include <complex>
#include <cstring>
#include <limits>
#include <vector>

namespace gradgrind {
namespace {

Array poison_element(DType dtype) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  Array element(dtype, {});
  if (is_complex(dtype)) {
    element.set(0, std::complex<double>(kNan, kNan));
  } else if (is_floating(dtype)) {
    element.set(0, kNan);
  } else {
    element.set(0, highest_integer(dtype));
  }
  return element;
}

// Each copy doubles what is filled, so a large storage is written at the speed of memcpy.
void fill(std::byte* storage, std::size_t bytes, const Array& element) {
  if (bytes == 0) return;
  std::size_t filled = element.size_in_bytes();
  std::memcpy(storage, element.data(), filled);
  constexpr std::size_t kCached = 16 << 10;
  while (filled < bytes) {
    const std::size_t next = std::min({filled, bytes - filled, kCached});
    std::memcpy(storage + filled, storage, next);
    filled += next;
  }
}

template <std::size_t Size>
struct Element {
  std::byte bytes[Size];
};

// The slices of the dims from `dim` on; `from` and `to` are the first elements of theirs.
template <class T>
void copy_slices(const T* from, T* to, const Shape& written, const Shape& from_strides,
                 const Shape& to_strides, std::size_t dim) {
  const std::int64_t size = dim < written.size() ? written[dim] : 1;
  if (dim + 1 >= written.size()) {
    const std::int64_t stride = dim < written.size() ? to_strides[dim] : 1;
    for (std::int64_t i = 0; i < size; ++i) to[i * stride] = from[i];
    return;
  }
  for (std::int64_t i = 0; i < size; ++i) {
    copy_slices(from + i * from_strides[dim], to + i * to_strides[dim], written, from_strides,
                to_strides, dim + 1);
  }
}

template <std::size_t Size>
void copy_elements(const Array& values, const Shape& written, const StridedView& view,
                   std::byte* storage) {
  Shape dense(written.size(), 1);
  for (std::size_t dim = dense.size(); dim-- > 1;) {
    dense[dim - 1] = dense[dim] * values.shape()[dim];
  }
  copy_slices(values.as<Element<Size>>(), reinterpret_cast<Element<Size>*>(storage) + view.offset,
              written, dense, view.strides, 0);
}

}  // namespace

StridedView strided_view(const Layout& layout, const Shape& shape) {
  const std::size_t rank = shape.size();
  StridedView view;
  view.strides.assign(rank, 0);
  for (std::size_t position = rank; position-- > 0;) {
    const std::size_t dim =
        layout.order.empty() ? position : static_cast<std::size_t>(layout.order[position]);
    if (!layout.expanded.empty() && layout.expanded[dim]) continue;
    const std::int64_t step = layout.step.empty() ? 1 : layout.step[dim];
    const std::int64_t start = layout.start.empty() ? 0 : layout.start[dim];
    view.strides[dim] = view.storage * step;
    view.offset += view.storage * start;
    view.storage *= start + shape[dim] * step;
  }
  if (numel(shape) == 0) view.offset = 0;
  return view;
}

void write_view(const Array& values, const Layout& layout, const StridedView& view,
                std::byte* storage) {
  // Writing through a stride of 0 would write each slice over the last; one slice holds them all.
  Shape written = values.shape();
  for (std::size_t dim = 0; dim < layout.expanded.size(); ++dim) {
    if (layout.expanded[dim] && written[dim] > 1) written[dim] = 1;
  }
  const std::size_t size = element_size(values.dtype());
  const bool has_gaps = numel(written) < view.storage;
  if (has_gaps) {
    fill(storage, static_cast<std::size_t>(view.storage) * size, poison_element(values.dtype()));
  }
  if (values.numel() == 0) return;
  switch (size) {
    case 1:
      return copy_elements<1>(values, written, view, storage);
    case 2:
      return copy_elements<2>(values, written, view, storage);
    case 4:
      return copy_elements<4>(values, written, view, storage);
    case 8:
      return copy_elements<8>(values, written, view, storage);
    default:
      return copy_elements<16>(values, written, view, storage);
  }
}

}  // namespace gradgrind
