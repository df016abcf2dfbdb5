#include "properties/groups/causality.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/where.h>

#include <algorithm>
#include <vector>

#include "properties/groups/axes.h"
#include "properties/groups/masking.h"
#include "properties/groups/support.h"
#include "properties/law_names.h"
#include "properties/tolerance.h"

namespace gradgrind {
namespace {

const std::string& sequence_of(const Trial& trial) { return trial.contract().data().sequence; }

std::int64_t sequence_size(const Trial& trial) { return trial.tested().dims[sequence_of(trial)]; }

std::int64_t axis_in(const std::vector<std::string>& axes, const std::string& dim) {
  const auto found = std::find(axes.begin(), axes.end(), dim);
  return found == axes.end() ? -1 : found - axes.begin();
}

// What says where contents stand is no content itself.
bool is_content(const Domain& domain) {
  return domain.masking.of.empty() && domain.meaning != Meaning::padding_mask &&
         domain.meaning != Meaning::attention_mask && domain.meaning != Meaning::lengths;
}

// The inputs, or one of them, with other contents from position `cut` on.
Inputs with_another_future(const Trial& trial, std::int64_t cut, const std::string& only = {}) {
  const auto& declared = trial.contract().data().signature.inputs;
  Inputs inputs = trial.inputs();
  for (std::size_t i = 0; i < declared.size(); ++i) {
    const std::int64_t axis = axis_in(input_axes(trial, i), sequence_of(trial));
    std::vector<at::Tensor>& tensors = inputs.slots()[i].tensors;
    if (axis < 0 || tensors.size() != 1 || !tensors[0].defined()) continue;
    if (!is_content(declared[i].second) || (!only.empty() && declared[i].first != only)) continue;
    std::vector<std::int64_t> sizes(static_cast<std::size_t>(tensors[0].dim()), 1);
    sizes[static_cast<std::size_t>(axis)] = tensors[0].size(axis);
    const at::Tensor later = at::arange(tensors[0].size(axis)).ge(cut).reshape(sizes);
    tensors[0] = with_other_contents(trial, i, later.expand(tensors[0].sizes()), tensors[0]);
  }
  return inputs;
}

// The outputs that have the sequence, up to position `cut`.
Outputs past(const Trial& trial, const Outputs& outputs, std::int64_t cut) {
  Outputs result = outputs;
  for (std::size_t i = 0; i < outputs.count(); ++i) {
    const std::int64_t axis = axis_in(output_axes(trial, i), sequence_of(trial));
    result.tensors[i] = axis < 0 || axis >= outputs[i].dim() ? outputs[i].new_zeros({})
                                                             : outputs[i].narrow(axis, 0, cut);
  }
  return result;
}

// Lengths reach no further than the prefix does.
void cut_lengths(const Trial& trial, Inputs& inputs, std::int64_t cut) {
  const auto& declared = trial.contract().data().signature.inputs;
  for (std::size_t i = 0; i < declared.size(); ++i) {
    const Domain& domain = declared[i].second;
    if (domain.meaning != Meaning::lengths || domain.content.bounds.empty()) continue;
    if (domain.content.bounds.back() != sequence_of(trial)) continue;
    for (at::Tensor& tensor : inputs.slots()[i].tensors) tensor = tensor.clamp_max(cut);
  }
}

std::optional<Verdict> unless_sequence(const Trial& trial) {
  if (auto verdict = unless_deterministic(trial)) return verdict;
  if (!has_output_axis(trial, sequence_of(trial))) {
    return Verdict::not_applicable("no output has the sequence dim");
  }
  if (sequence_size(trial) < 2) return Verdict::discarded("fewer than 2 positions");
  return std::nullopt;
}

// At every position, or at a few of a long sequence, from the first to the last.
std::optional<Verdict> sees_itself(Trial& trial, const std::string& input) {
  constexpr std::int64_t kMostPositions = 5;
  const std::int64_t last = sequence_size(trial) - 1;
  const std::int64_t count = std::min(last + 1, kMostPositions);
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t at = count == 1 ? 0 : i * last / (count - 1);
    const std::string position = std::to_string(at);
    auto verdict =
        bits_differ(trial, past(trial, trial.outputs(), at + 1), "as it is",
                    past(trial, trial.forward(with_another_future(trial, at, input)), at + 1),
                    "with other contents of " + input + " from position " + position + " on");
    if (!verdict.has_value()) continue;
    verdict->evidence.message = verdict->evidence.output + " at position " + position +
                                " or before depends on " + input + " there or behind";
    return verdict;
  }
  return std::nullopt;
}

}  // namespace

std::string without_causality(const Contract& contract) {
  return contract.data().causal ? "" : "the sequence is not said to be causal (.causal())";
}

std::string without_strict_causality(const Contract& contract) {
  const ContractData& data = contract.data();
  const bool is_declared = std::any_of(data.laws.begin(), data.laws.end(), [](const Law& law) {
    return law.property == kStrictlyCausal;
  });
  if (!is_declared) return "no law of the contract says so";
  return data.sequence.empty() ? "no dim is said to be a sequence (.sequence(\"T\"))" : "";
}

Verdict check_never_looks_ahead(Trial& trial) {
  if (auto verdict = unless_sequence(trial)) return *verdict;
  constexpr std::int64_t kMostCuts = 4;
  const std::int64_t cuts = sequence_size(trial) - 1;
  for (std::int64_t i = 0; i < std::min(cuts, kMostCuts); ++i) {
    const std::int64_t cut = cuts <= kMostCuts ? i + 1 : 1 + (i + 1) * cuts / (kMostCuts + 1);
    const std::string position = std::to_string(cut);
    if (auto verdict = bits_differ(trial, past(trial, trial.outputs(), cut), "with its own future",
                                   past(trial, trial.forward(with_another_future(trial, cut)), cut),
                                   "with other contents from position " + position + " on")) {
      verdict->evidence.message = verdict->evidence.output + " before position " + position +
                                  " depends on inputs from there on";
      return *verdict;
    }
  }
  return Verdict::holds();
}

Verdict check_never_sees_itself(Trial& trial) {
  if (auto verdict = unless_deterministic(trial)) return *verdict;
  if (!has_output_axis(trial, sequence_of(trial))) {
    return Verdict::not_applicable("no output has the sequence dim");
  }
  for (const Law& law : trial.contract().data().laws) {
    if (law.property != kStrictlyCausal) continue;
    if (auto verdict = sees_itself(trial, law.input)) return *verdict;
  }
  return Verdict::holds();
}

Verdict check_prefixes(Trial& trial) {
  if (auto verdict = unless_sequence(trial)) return *verdict;
  const std::string reason = bound_to(trial, sequence_of(trial));
  if (!reason.empty()) return Verdict::not_applicable(reason);
  const auto cut = static_cast<std::int64_t>(
      1 + trial.seed("prefix") % static_cast<std::uint64_t>(sequence_size(trial) - 1));
  if (!can_have_size(trial, sequence_of(trial), cut)) {
    return Verdict::discarded("a prefix of " + std::to_string(cut) + " is no case of the contract");
  }
  const auto pair = [&](DType dtype) {
    Inputs prefix = taken(trial, trial.inputs(), sequence_of(trial), first_positions(cut));
    cut_lengths(trial, prefix, cut);
    const auto of_both = [&](const Inputs& inputs) {
      return past(
          trial,
          taken(trial, trial.forward_in(dtype, inputs), sequence_of(trial), first_positions(cut)),
          cut);
    };
    return std::pair<Outputs, Outputs>(of_both(trial.inputs()), of_both(prefix));
  };
  return agree(trial, {"in the whole sequence",
                       "as a prefix of " + std::to_string(cut) + " positions", pair});
}

}  // namespace gradgrind
