#include "generators/case_changes.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace gradgrind::detail {
namespace {

/// `values` in another shape of the same rank: leading slices, and the last one repeated where the
/// shape is larger.
Array fitted(const Array& values, const Shape& shape) {
  Array result = values;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    const std::int64_t before = values.shape()[axis];
    if (before == 0 || before == shape[axis]) continue;
    std::vector<std::int64_t> indices;
    for (std::int64_t i = 0; i < std::min(before, shape[axis]); ++i) indices.push_back(i);
    indices.resize(static_cast<std::size_t>(shape[axis]), before - 1);
    result = take(result, static_cast<std::int64_t>(axis), indices);
  }
  return result;
}

/// The shape of a tensor that had `shape` and broadcasts to what was `before` and is `after`.
Shape broadcast_shape(Shape shape, const Shape& before, const Shape& after) {
  for (std::size_t i = 1; i <= shape.size(); ++i) {
    std::int64_t& size = shape[shape.size() - i];
    if (size == before[before.size() - i]) size = after[after.size() - i];
  }
  return shape;
}

}  // namespace

std::optional<Case> grown(const CaseSpace& space, const Case& a_case, const std::string& name,
                          std::int64_t size) {
  auto dims = space.dims().with_size(a_case.dims, name, size);
  if (!dims) return std::nullopt;
  Case larger = a_case;
  larger.dims = *std::move(dims);
  const auto& declared = space.signature().inputs;
  for (std::size_t i = 0; i < declared.size(); ++i) {
    const std::string& target = declared[i].second.broadcasts_to;
    for (TensorValue& tensor : larger.inputs[i].tensors) {
      Shape shape;
      if (target.empty()) {
        shape = space.shape_of(i).evaluate(larger.dims);
      } else {
        const auto& before = a_case.input(target).tensors;
        if (before.empty()) return std::nullopt;
        shape = broadcast_shape(tensor.values.shape(), before.front().values.shape(),
                                larger.input(target).tensors.front().values.shape());
      }
      tensor.values = fitted(tensor.values, shape);
    }
  }
  space.repair(larger);
  if (!space.mismatch(larger).empty()) return std::nullopt;
  return larger;
}

Case in_dtype(const Signature& signature, const Case& a_case, DType dtype) {
  Case result = a_case;
  for (std::size_t i = 0; i < signature.inputs.size(); ++i) {
    if (!signature.inputs[i].second.dtypes.empty()) continue;
    for (TensorValue& tensor : result.inputs[i].tensors) tensor.values = cast(tensor.values, dtype);
  }
  for (NamedArray& entry : result.weights.state) {
    if (entry.values.dtype() == a_case.dtype) entry.values = cast(entry.values, dtype);
  }
  result.dtype = dtype;
  return result;
}

}  // namespace gradgrind::detail
