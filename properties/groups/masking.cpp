#include "properties/groups/masking.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>

#include <algorithm>
#include <limits>

#include "gradgrind/properties/contract.h"
#include "gradgrind/properties/materialise.h"

namespace gradgrind {
namespace {

// The names of the axes of a shape, variadic ones numbered.
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

// `marks` over axes `from`, seen over axes `to`: matched by name from the last, each once. Axes of
// `from` that are not in `to` are reduced: hidden means hidden from all of them.
std::optional<at::Tensor> seen_over(at::Tensor marks, std::vector<std::string> from,
                                    const std::vector<std::string>& to, const at::Tensor& like) {
  std::vector<std::int64_t> target(from.size(), -1);
  std::vector<bool> used(to.size(), false);
  for (std::size_t i = from.size(); i-- > 0;) {
    for (std::size_t j = to.size(); j-- > 0;) {
      if (used[j] || to[j] != from[i]) continue;
      target[i] = static_cast<std::int64_t>(j);
      used[j] = true;
      break;
    }
  }
  if (std::all_of(target.begin(), target.end(), [](std::int64_t axis) { return axis < 0; })) {
    return std::nullopt;
  }
  for (std::size_t i = from.size(); i-- > 0;) {
    if (target[i] >= 0) continue;
    marks = marks.all(static_cast<std::int64_t>(i));
    target.erase(target.begin() + static_cast<std::ptrdiff_t>(i));
  }
  // Axes in the order of `to`, then size 1 where `to` has more.
  std::vector<std::int64_t> order(target.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::int64_t>(i);
  std::sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
    return target[static_cast<std::size_t>(a)] < target[static_cast<std::size_t>(b)];
  });
  marks = marks.permute(order);
  std::sort(target.begin(), target.end());
  std::vector<std::int64_t> sizes(to.size(), 1);
  for (std::size_t i = 0; i < target.size(); ++i) {
    sizes[static_cast<std::size_t>(target[i])] = marks.size(static_cast<std::int64_t>(i));
  }
  return marks.reshape(sizes).expand(like.sizes());
}

at::Tensor marks_of(const Domain& domain, const at::Tensor& mask, std::int64_t sequence_size) {
  if (domain.meaning == Meaning::lengths) {
    return at::arange(sequence_size) >= mask.unsqueeze(-1);
  }
  if (domain.masking.additive) return mask < -1e4;
  return domain.masking.true_masks ? mask : mask.logical_not();
}

std::size_t position_of(const Contract& contract, const std::string& name) {
  const auto& inputs = contract.data().signature.inputs;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i].first == name) return i;
  }
  throw InternalError("masking: no input '" + name + "'");
}

}  // namespace

std::vector<HiddenPositions> hidden_positions(const Trial& trial) {
  std::vector<HiddenPositions> result;
  const ContractData& data = trial.contract().data();
  const Dims& dims = trial.tested().dims;
  const Inputs inputs = trial.inputs();
  for (std::size_t i = 0; i < data.signature.inputs.size(); ++i) {
    const auto& [name, domain] = data.signature.inputs[i];
    if (domain.masking.of.empty() || inputs.slots()[i].tensors.empty()) continue;
    if (domain.meaning == Meaning::lengths && data.sequence.empty()) continue;
    HiddenPositions hidden;
    hidden.input = position_of(trial.contract(), domain.masking.of);
    if (inputs.slots()[hidden.input].tensors.empty()) continue;
    hidden.by = name;
    hidden.dims = axis_names(trial.contract().space().shape_of(i), dims);
    std::int64_t sequence_size = 0;
    if (domain.meaning == Meaning::lengths) {
      sequence_size = dims[data.sequence];
      hidden.dims.push_back(data.sequence);
    }
    hidden.marks = marks_of(domain, inputs.slots()[i].tensors.front(), sequence_size);
    const std::optional<at::Tensor> mask =
        seen_over(hidden.marks, hidden.dims,
                  axis_names(trial.contract().space().shape_of(hidden.input), dims),
                  inputs.slots()[hidden.input].tensors.front());
    if (!mask.has_value()) continue;
    hidden.mask = *mask;
    hidden.any = hidden.mask.any().item<bool>();
    result.push_back(std::move(hidden));
  }
  return result;
}

std::optional<at::Tensor> hidden_in_output(const Trial& trial, const HiddenPositions& hidden,
                                           std::size_t position, const at::Tensor& output) {
  const auto& declared = trial.contract().data().outputs;
  if (position >= declared.size()) return std::nullopt;
  const std::vector<std::string> axes =
      axis_names(ShapeExpr::parse(declared[position].second.shape), trial.tested().dims);
  // Of a mask over queries and keys only the keys are hidden; those are dims of the masked input.
  const std::vector<std::string> own =
      axis_names(trial.contract().space().shape_of(hidden.input), trial.tested().dims);
  for (const std::string& dim : hidden.dims) {
    const bool is_shared = std::find(axes.begin(), axes.end(), dim) != axes.end();
    const bool is_hidden = std::find(own.begin(), own.end(), dim) != own.end();
    if (is_hidden && !is_shared) return std::nullopt;
  }
  return seen_over(hidden.marks, hidden.dims, axes, output);
}

std::optional<Inputs> inputs_with_a_fully_masked_row(const Trial& trial) {
  const ContractData& data = trial.contract().data();
  for (std::size_t i = 0; i < data.signature.inputs.size(); ++i) {
    const Domain& domain = data.signature.inputs[i].second;
    if (domain.masking.of.empty() || trial.tested().inputs[i].tensors.empty()) continue;
    TensorValue value = trial.tested().inputs[i].tensors.front();
    const bool is_lengths = domain.meaning == Meaning::lengths;
    if (value.values.numel() == 0 || (!is_lengths && value.values.rank() == 0)) continue;
    const std::int64_t row = is_lengths ? 1 : value.values.shape().back();
    for (std::int64_t element = 0; element < row; ++element) {
      if (is_lengths) {
        value.values.set(element, std::int64_t{0});
      } else if (domain.masking.additive) {
        value.values.set(element, -std::numeric_limits<double>::infinity());
      } else {
        value.values.set(element, std::int64_t{domain.masking.true_masks ? 1 : 0});
      }
    }
    std::vector<std::int64_t> bounds;
    for (const std::string& bound : domain.content.bounds) {
      bounds.push_back(DimExpr::parse(bound).evaluate(trial.tested().dims));
    }
    Array repaired = value.values;
    if (domain.content.repair != nullptr) domain.content.repair(bounds, repaired);
    if (repaired != value.values) continue;
    value.layout = {};
    Inputs inputs = trial.inputs();
    inputs.slots()[i].tensors.front() = materialise(value);
    return inputs;
  }
  return std::nullopt;
}

}  // namespace gradgrind
