#include "properties/groups/axes.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <numeric>
#include <optional>

#include "gradgrind/properties/contract.h"

namespace gradgrind {
namespace {

std::vector<std::string> axis_names(const ShapeExpr& shape, const Dims& dims) {
  std::vector<std::string> names;
  for (const ShapeExpr::Entry& entry : shape.entries()) {
    if (entry.dim.has_value()) {
      names.push_back(entry.dim->text());
      continue;
    }
    const std::size_t count = dims.variadic.at(entry.variadic).size();
    for (std::size_t i = 0; i < count; ++i) names.push_back(entry.variadic + std::to_string(i));
  }
  return names;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

at::Tensor taken_along(at::Tensor tensor, const std::vector<std::string>& axes,
                       const std::string& dim, const at::Tensor& index) {
  if (!tensor.defined()) return tensor;
  const std::size_t rank = std::min(axes.size(), static_cast<std::size_t>(tensor.dim()));
  for (std::size_t axis = 0; axis < rank; ++axis) {
    if (axes[axis] != dim) continue;
    tensor = tensor.index_select(static_cast<std::int64_t>(axis), index.to(tensor.device()));
  }
  return tensor;
}

// Whether an entry of `shape` changes with `dim` and is not `dim` itself.
bool depends_otherwise(const DimTable& dims, const ShapeExpr& shape, const std::string& dim) {
  const auto& entries = shape.entries();
  return std::any_of(entries.begin(), entries.end(), [&](const ShapeExpr::Entry& entry) {
    return entry.dim.has_value() && entry.dim->text() != dim && dims.depends_on(*entry.dim, dim);
  });
}

}  // namespace

std::vector<std::string> input_axes(const Trial& trial, std::size_t position) {
  return axis_names(trial.contract().space().shape_of(position), trial.tested().dims);
}

std::vector<std::string> output_axes(const Trial& trial, std::size_t position) {
  const auto& declared = trial.contract().data().outputs;
  if (position >= declared.size()) return {};
  return axis_names(ShapeExpr::parse(declared[position].second.shape), trial.tested().dims);
}

bool has_output_axis(const Trial& trial, const std::string& dim) {
  for (std::size_t i = 0; i < trial.contract().data().outputs.size(); ++i) {
    if (contains(output_axes(trial, i), dim)) return true;
  }
  return false;
}

bool has_input_axis(const Trial& trial, const std::string& dim) {
  for (std::size_t i = 0; i < trial.contract().data().signature.inputs.size(); ++i) {
    if (contains(input_axes(trial, i), dim)) return true;
  }
  return false;
}

std::string bound_to(Trial& trial, const std::string& dim) {
  const ContractData& data = trial.contract().data();
  const DimTable& table = trial.contract().space().dims();
  if (!table.is_free(dim)) return dim + " is no free dim";
  for (const Dim& declared : table.dims()) {
    if (declared.kind == Dim::Kind::variadic) continue;
    const bool follows =
        declared.name == dim || table.depends_on(DimExpr::parse(declared.name), dim);
    if (follows && trial.is_built_from(declared.name)) {
      return "the subject is built from " + declared.name;
    }
  }
  for (std::size_t i = 0; i < data.signature.inputs.size(); ++i) {
    const auto& [name, domain] = data.signature.inputs[i];
    if (!domain.broadcasts_to.empty() ||
        depends_otherwise(table, trial.contract().space().shape_of(i), dim)) {
      return "the shape of " + name + " depends on " + dim + " otherwise than by an axis";
    }
  }
  for (const auto& [name, domain] : data.outputs) {
    if (depends_otherwise(table, ShapeExpr::parse(domain.shape), dim)) {
      return "the shape of " + name + " depends on " + dim + " otherwise than by an axis";
    }
  }
  return {};
}

bool can_have_size(const Trial& trial, const std::string& dim, std::int64_t size) {
  return trial.contract().space().dims().with_size(trial.tested().dims, dim, size).has_value();
}

std::vector<std::int64_t> first_positions(std::int64_t count) {
  std::vector<std::int64_t> positions(static_cast<std::size_t>(count));
  std::iota(positions.begin(), positions.end(), 0);
  return positions;
}

Inputs taken(const Trial& trial, const Inputs& inputs, const std::string& dim,
             const std::vector<std::int64_t>& positions) {
  const at::Tensor index = at::tensor(positions, at::kLong);
  // A forward may ask for the size of the dim.
  Dims dims = inputs.dims();
  const auto size = static_cast<std::int64_t>(positions.size());
  const std::optional<Dims> resized =
      trial.contract().space().dims().with_size(trial.tested().dims, dim, size);
  if (resized.has_value()) dims = *resized;
  Inputs selected(inputs.slots(), std::move(dims), inputs.parameters());
  for (std::size_t i = 0; i < selected.count(); ++i) {
    for (at::Tensor& tensor : selected.slots()[i].tensors) {
      tensor = taken_along(tensor, input_axes(trial, i), dim, index);
    }
  }
  return selected;
}

Outputs taken(const Trial& trial, const Outputs& outputs, const std::string& dim,
              const std::vector<std::int64_t>& positions) {
  const at::Tensor index = at::tensor(positions, at::kLong);
  Outputs selected;
  const std::size_t declared = trial.contract().data().outputs.size();
  for (std::size_t i = 0; i < outputs.count() && i < declared; ++i) {
    selected.tensors.push_back(taken_along(outputs[i], output_axes(trial, i), dim, index));
    selected.paths.push_back(outputs.paths[i]);
  }
  return selected;
}

}  // namespace gradgrind
