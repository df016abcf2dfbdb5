#include "properties/groups/masking.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <limits>

#include "gradgrind/properties/contract.h"
#include "gradgrind/properties/materialise.h"
#include "properties/compare.h"
#include "properties/groups/axes.h"
#include "properties/groups/support.h"

namespace gradgrind {
namespace {

// Positions in the original order of what is left when axes of `marks` that match nothing are
// reduced.
at::Tensor reduced(at::Tensor marks, std::vector<std::int64_t>& target) {
  for (std::size_t i = target.size(); i-- > 0;) {
    if (target[i] >= 0) continue;
    marks = marks.all(static_cast<std::int64_t>(i));
    target.erase(target.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return marks;
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

std::vector<std::int64_t> matched_axes(const std::vector<std::string>& from,
                                       const std::vector<std::string>& to) {
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
  return target;
}

std::optional<at::Tensor> seen_over(at::Tensor marks, const std::vector<std::string>& from,
                                    const std::vector<std::string>& to, const at::Tensor& like) {
  std::vector<std::int64_t> target = matched_axes(from, to);
  if (std::all_of(target.begin(), target.end(), [](std::int64_t axis) { return axis < 0; })) {
    return std::nullopt;
  }
  marks = reduced(std::move(marks), target);
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

std::string counted_dim(const ContractData& data, const Domain& lengths) {
  if (lengths.meaning == Meaning::lengths && !lengths.content.bounds.empty()) {
    for (const Dim& dim : data.signature.dims) {
      if (dim.name == lengths.content.bounds.back()) return dim.name;
    }
  }
  return data.sequence;
}

std::vector<HiddenPositions> hidden_positions(const Trial& trial) {
  std::vector<HiddenPositions> result;
  const ContractData& data = trial.contract().data();
  const Dims& dims = trial.tested().dims;
  const Inputs inputs = trial.inputs();
  for (std::size_t i = 0; i < data.signature.inputs.size(); ++i) {
    const auto& [name, domain] = data.signature.inputs[i];
    if (domain.masking.of.empty() || inputs.slots()[i].tensors.empty()) continue;
    const std::string counted = counted_dim(data, domain);
    if (domain.meaning == Meaning::lengths && counted.empty()) continue;
    HiddenPositions hidden;
    hidden.input = position_of(trial.contract(), domain.masking.of);
    if (inputs.slots()[hidden.input].tensors.empty()) continue;
    hidden.by = name;
    hidden.dims = input_axes(trial, i);
    std::int64_t sequence_size = 0;
    if (domain.meaning == Meaning::lengths) {
      sequence_size = dims[counted];
      hidden.dims.push_back(counted);
    }
    hidden.marks = marks_of(domain, inputs.slots()[i].tensors.front(), sequence_size);
    const std::optional<at::Tensor> mask =
        seen_over(hidden.marks, hidden.dims, input_axes(trial, hidden.input),
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
  if (position >= trial.contract().data().outputs.size()) return std::nullopt;
  const std::vector<std::string> axes = output_axes(trial, position);
  // Of a mask over queries and keys only the keys are hidden; those are dims of the masked input.
  const std::vector<std::string> own = input_axes(trial, hidden.input);
  for (const std::string& dim : hidden.dims) {
    const bool is_shared = std::find(axes.begin(), axes.end(), dim) != axes.end();
    const bool is_hidden = std::find(own.begin(), own.end(), dim) != own.end();
    if (is_hidden && !is_shared) return std::nullopt;
  }
  return seen_over(hidden.marks, hidden.dims, axes, output);
}

Outputs visible(const Trial& trial, const HiddenPositions& hidden, const Outputs& outputs) {
  Outputs result = outputs;
  for (std::size_t i = 0; i < result.count(); ++i) {
    const std::optional<at::Tensor> mask = hidden_in_output(trial, hidden, i, result[i]);
    if (!mask.has_value()) continue;
    result.tensors[i] = at::where(*mask, at::zeros_like(result[i]), result[i]);
  }
  return result;
}

at::Tensor with_other_contents(const Trial& trial, std::size_t input, const at::Tensor& where,
                               const at::Tensor& tensor) {
  constexpr std::uint64_t kMostDraws = 8;
  at::Tensor changed = tensor;
  for (std::uint64_t seed = 1; seed <= kMostDraws && same_bits(changed, tensor); ++seed) {
    const Inputs redrawn = inputs_with_redrawn(trial, input, seed);
    changed = at::where(where, redrawn.slots()[input].tensors.at(0), tensor);
  }
  return changed;
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
