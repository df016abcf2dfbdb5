// How the values of an array lie in a storage, by a layout. Knows no LibTorch.
#pragma once

#include <cstddef>
#include <cstdint>

#include "gradgrind/generators/array.h"
#include "gradgrind/generators/layout.h"

namespace gradgrind {

/// Strides and offset of a view in elements, and the number of elements of the storage below it.
struct StridedView {
  Shape strides;
  std::int64_t offset = 0;
  std::int64_t storage = 1;
};

StridedView strided_view(const Layout& layout, const Shape& shape);

/// Writes `values` where the view has them into a storage of view.storage elements. What lies
/// between them is filled with NaN, or the largest integer: reading it by mistake must show.
void write_view(const Array& values, const Layout& layout, const StridedView& view,
                std::byte* storage);

}  // namespace gradgrind
