#include "properties/groups/non_finite.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/isnan.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "gradgrind/properties/observation.h"
#include "properties/compare.h"
#include "properties/groups/batch_relations.h"
#include "properties/groups/support.h"

namespace gradgrind {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

bool may_hold_nan(const Domain& domain) {
  return domain.meaning == Meaning::values && !domain.masking.additive && domain.masking.of.empty();
}

// One floating input of this case, chosen by its seed; -1 where there is none that `fits`.
std::int64_t chosen_input(const Trial& trial, const Inputs& inputs,
                          const std::function<bool(std::size_t)>& fits) {
  const auto& declared = trial.contract().data().signature.inputs;
  std::vector<std::int64_t> candidates;
  for (std::size_t i = 0; i < inputs.count(); ++i) {
    const auto& tensors = inputs.slots()[i].tensors;
    const bool is_floating = !tensors.empty() && tensors.front().defined() &&
                             tensors.front().is_floating_point() && tensors.front().numel() > 0;
    if (is_floating && may_hold_nan(declared[i].second) && fits(i)) {
      candidates.push_back(static_cast<std::int64_t>(i));
    }
  }
  if (candidates.empty()) return -1;
  return candidates[trial.seed("nan") % candidates.size()];
}

bool has_nan(const at::Tensor& tensor) {
  return tensor.is_floating_point() && at::isnan(tensor).any().item<bool>();
}

bool any_nan(const Outputs& outputs) {
  return std::any_of(outputs.tensors.begin(), outputs.tensors.end(), has_nan);
}

// Nothing where the subject refuses in words, which is an answer.
std::optional<Outputs> answer(Trial& trial, const Inputs& inputs) {
  try {
    return trial.forward(inputs);
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

// The first operator that compares, selects or is there to pass NaN by: where a subject chooses by
// its values, a number may be what it means to give back for NaN.
std::string choice_on_the_way(Trial& trial) {
  constexpr std::string_view kChoices[] = {
      "aten::where",    "aten::masked", "aten::index_put", "aten::gt.",         "aten::ge.",
      "aten::lt.",      "aten::le.",    "aten::eq.",       "aten::ne.",         "aten::topk",
      "aten::kthvalue", "aten::mode",   "aten::nan",       "aten::grid_sampler"};
  const Trace trace = observe({}, [&] { trial.forward(trial.inputs()); });
  for (const OperatorCall& call : trace.calls) {
    for (const std::string_view choice : kChoices) {
      if (call.name.rfind(choice, 0) == 0) return std::string(call.name);
    }
  }
  return {};
}

}  // namespace

std::string without_floating_input(const Contract& contract) {
  for (const auto& [name, domain] : contract.data().signature.inputs) {
    const bool may_float =
        domain.dtypes.empty() || std::any_of(domain.dtypes.begin(), domain.dtypes.end(),
                                             [](DType dtype) { return is_floating(dtype); });
    if (may_float && may_hold_nan(domain)) return {};
  }
  return "no input has floating values";
}

Verdict check_nan_in_its_row(Trial& trial) {
  if (auto verdict = unless_rows(trial, 2)) return *verdict;
  if (any_nan(trial.outputs())) return Verdict::discarded("an output is NaN without any in");
  const std::vector<std::int64_t> axes = input_batch_axes(trial);
  Inputs inputs = trial.inputs();
  const std::int64_t chosen =
      chosen_input(trial, inputs, [&](std::size_t i) { return axes[i] >= 0; });
  if (chosen < 0) return Verdict::discarded("no floating input has the batch dim");
  const auto rows = static_cast<std::uint64_t>(batch_size(trial));
  const auto row = static_cast<std::int64_t>(trial.seed("row") % rows);
  Inputs::Slot& slot = inputs.slots()[static_cast<std::size_t>(chosen)];
  for (at::Tensor& tensor : slot.tensors) {
    tensor = tensor.clone();
    tensor.select(axes[static_cast<std::size_t>(chosen)], row).fill_(kNan);
  }
  const std::optional<Outputs> outputs = answer(trial, inputs);
  if (!outputs.has_value()) return Verdict::holds();
  const std::vector<std::int64_t> output_axes = output_batch_axes(trial);
  for (std::size_t i = 0; i < outputs->count() && i < output_axes.size(); ++i) {
    const at::Tensor& output = (*outputs)[i];
    if (output_axes[i] < 0 || !output.is_floating_point()) continue;
    at::Tensor others = output.clone();
    others.select(output_axes[i], row).zero_();
    const Worst worst = worst_element(at::zeros_like(others), at::isnan(others));
    if (worst.position < 0) continue;
    const std::string name = trial.output_name(i);
    return failure("spreads", name,
                   "NaN in one row of " + slot.name + " makes NaN in another row of " + name,
                   name + index_text(others, worst.position) + " is nan, with NaN in row " +
                       std::to_string(row) + " of " + slot.name + " alone");
  }
  return Verdict::holds();
}

Verdict check_nan_comes_out(Trial& trial) {
  if (auto verdict = unless_deterministic(trial)) return *verdict;
  if (!trial.probe().differentiable) {
    return Verdict::not_applicable("probed: no output has a gradient");
  }
  const std::string choice = choice_on_the_way(trial);
  if (!choice.empty()) return Verdict::not_applicable("probed: it chooses by " + choice);
  const Inputs inputs = differentiable_inputs(trial);
  const std::int64_t chosen = chosen_input(trial, inputs, [](std::size_t) { return true; });
  if (chosen < 0) return Verdict::discarded("no input of this case has floating values");
  const at::Tensor sum = weighted_sum(trial.forward_with_grad(inputs));
  if (!sum.defined() || !sum.requires_grad()) {
    return Verdict::discarded("no output of this case has a gradient");
  }
  run_backward(sum);
  Inputs poisoned = trial.inputs();
  const auto position = static_cast<std::size_t>(chosen);
  std::int64_t count = 0;
  for (std::size_t t = 0; t < poisoned.slots()[position].tensors.size(); ++t) {
    const at::Tensor& gradient = inputs.slots()[position].tensors[t].grad();
    if (!gradient.defined() || first_non_finite(gradient) >= 0) continue;
    at::Tensor& tensor = poisoned.slots()[position].tensors[t];
    const at::Tensor matters = gradient.ne(0);
    count += matters.sum().item<std::int64_t>();
    tensor = tensor.masked_fill(matters, kNan);
  }
  if (count == 0) return Verdict::discarded("no output has a slope in this case");
  const std::optional<Outputs> outputs = answer(trial, poisoned);
  if (!outputs.has_value() || any_nan(*outputs)) return Verdict::holds();
  const std::string& name = trial.tested().inputs[position].name;
  return failure("laundered", name,
                 name + " is NaN wherever the outputs depend on it, and every output is a number");
}

}  // namespace gradgrind
