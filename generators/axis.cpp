#include "generators/axis.h"

#include <algorithm>
#include <cstring>

namespace gradgrind::shrinking {
namespace {

template <class T>
void erase_at(std::vector<T>& entries, std::size_t index) {
  if (index < entries.size()) entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(index));
}

void remove_axis(Layout& layout, std::size_t axis, std::size_t rank) {
  const auto removed = static_cast<std::int64_t>(axis);
  auto& order = layout.order;
  order.erase(std::remove(order.begin(), order.end(), removed), order.end());
  for (std::int64_t& dim : order) dim -= dim > removed ? 1 : 0;
  erase_at(layout.step, axis);
  erase_at(layout.start, axis);
  erase_at(layout.expanded, axis);
  const auto is = [](std::int64_t plain) { return [plain](std::int64_t n) { return n == plain; }; };
  const bool is_plain = std::is_sorted(order.begin(), order.end()) &&
                        std::all_of(layout.step.begin(), layout.step.end(), is(1)) &&
                        std::all_of(layout.start.begin(), layout.start.end(), is(0)) &&
                        std::count(layout.expanded.begin(), layout.expanded.end(), true) == 0;
  const bool is_possible_still = is_possible(layout.kind, static_cast<std::int64_t>(rank) - 1);
  if (layout.kind != LayoutKind::alias && (is_plain || !is_possible_still)) layout = {};
}

}  // namespace

void keep_slices(TensorValue& tensor, std::size_t axis, const std::vector<std::int64_t>& kept) {
  tensor.values = take(tensor.values, static_cast<std::int64_t>(axis), kept);
}

void remove_axis(TensorValue& tensor, std::size_t axis) {
  keep_slices(tensor, axis, {0});
  Shape shape = tensor.values.shape();
  remove_axis(tensor.layout, axis, shape.size());
  erase_at(shape, axis);
  Array reshaped(tensor.values.dtype(), std::move(shape));
  std::memcpy(reshaped.data(), tensor.values.data(), reshaped.size_in_bytes());
  tensor.values = std::move(reshaped);
}

}  // namespace gradgrind::shrinking
