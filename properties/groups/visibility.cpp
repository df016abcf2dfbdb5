#include "properties/groups/visibility.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "properties/compare.h"
#include "properties/groups/axes.h"
#include "properties/groups/masking.h"
#include "properties/groups/support.h"
#include "properties/tolerance.h"

namespace gradgrind {
namespace {

constexpr std::int64_t kMostPositions = 4;  // looked at one by one, in one case

// What is hidden of one input by all masks together.
struct Hidden {
  std::size_t input = 0;
  at::Tensor mask;
};

std::vector<Hidden> hidden_by_all(const Trial& trial) {
  std::vector<Hidden> result;
  for (const HiddenPositions& hidden : hidden_positions(trial)) {
    const auto same = std::find_if(result.begin(), result.end(), [&](const Hidden& earlier) {
      return earlier.input == hidden.input;
    });
    if (same == result.end()) {
      result.push_back({hidden.input, hidden.mask});
    } else {
      same->mask = same->mask.logical_or(hidden.mask);
    }
  }
  return result;
}

// Kept positions of the last masked axis of an input, as masks of one position each: those beside a
// hidden one, where counting goes wrong.
std::vector<at::Tensor> kept_beside_hidden(const Trial& trial, const Hidden& hidden) {
  std::vector<at::Tensor> positions;
  for (const HiddenPositions& by : hidden_positions(trial)) {
    if (by.input != hidden.input) continue;
    const std::int64_t axis = matched_axes(by.dims, input_axes(trial, hidden.input)).back();
    if (axis < 0) continue;
    // Of each position along the masked axis the first element says whether it is hidden.
    const std::int64_t length = hidden.mask.size(axis);
    const at::Tensor rows = hidden.mask.movedim(axis, -1);
    for (std::int64_t i = 0; i + 1 < length; ++i) {
      for (const auto& [kept, other] : {std::pair(i, i + 1), std::pair(i + 1, i)}) {
        const at::Tensor here =
            rows.select(-1, kept).logical_not().logical_and(rows.select(-1, other));
        if (!here.any().item<bool>()) continue;
        at::Tensor mask = hidden.mask.new_zeros(rows.sizes());
        mask.select(-1, kept).copy_(here);
        positions.push_back(mask.movedim(-1, axis));
        if (static_cast<std::int64_t>(positions.size()) == kMostPositions) return positions;
      }
    }
  }
  return positions;
}

bool same_outputs(const Outputs& a, const Outputs& b) {
  if (a.count() != b.count()) return false;
  for (std::size_t i = 0; i < a.count(); ++i) {
    if (!same_bits(a[i], b[i])) return false;
  }
  return true;
}

bool is_weights(const Domain& domain) { return domain.meaning == Meaning::attention_weights; }

// What all masks hide of an output of weights, whose last axis is one of keys.
at::Tensor hidden_weights(const Trial& trial, std::size_t output, const at::Tensor& weights) {
  const std::vector<std::string> axes = output_axes(trial, output);
  at::Tensor hidden = at::zeros(weights.sizes(), weights.options().dtype(at::kBool));
  for (const HiddenPositions& by : hidden_positions(trial)) {
    const std::int64_t key = matched_axes(by.dims, axes).back();
    if (key != weights.dim() - 1) continue;
    hidden = hidden.logical_or(*seen_over(by.marks, by.dims, axes, weights));
  }
  return hidden;
}

std::optional<Verdict> weights_fail(Trial& trial, std::size_t position) {
  const at::Tensor& weights = trial.outputs()[position];
  const std::string name = trial.output_name(position);
  const at::Tensor hidden = hidden_weights(trial, position, weights);
  const at::Tensor zero = at::zeros_like(weights);
  const Worst leak = worst_element(zero, at::where(hidden, weights, zero));
  if (leak.position >= 0) {
    return failure("differs", name, name + " gives weight to a key that is hidden",
                   name + index_text(weights, leak.position) + " is " +
                       element_text(weights, leak.position) + ", and 0 was promised");
  }
  const Worst negative = worst_element(zero, weights.clamp_max(0));
  if (negative.position >= 0) {
    return failure("differs", name, name + " has a negative weight",
                   name + index_text(weights, negative.position) + " is " +
                       element_text(weights, negative.position));
  }
  const at::Tensor sums = weights.to(at::kDouble).sum(-1);
  const at::Tensor wrong = at::where(hidden.all(-1), at::ones_like(sums), sums);
  const Worst worst = worst_element(at::ones_like(sums), wrong);
  const double bound =
      rounding_bound(static_cast<double>(std::max<std::int64_t>(16, weights.size(-1))),
                     unit_roundoff(trial.tested().dtype), 1);
  if (worst.position < 0 || worst.difference <= bound) return std::nullopt;
  return failure("differs", name, name + " does not sum to 1 over the keys that are left",
                 "the sum of " + name + index_text(sums, worst.position) + " is " +
                     element_text(sums, worst.position));
}

// Contents behind one mask replaced by a number that is none.
Inputs poisoned(const Trial& trial, const HiddenPositions& hidden, double poison) {
  Inputs inputs = differentiable_inputs(trial);
  at::Tensor& tensor = inputs.slots()[hidden.input].tensors.at(0);
  tensor = tensor.detach().masked_fill(hidden.mask, poison).requires_grad_(tensor.requires_grad());
  return inputs;
}

std::optional<Verdict> gradient_fails(Trial& trial, const HiddenPositions& hidden,
                                      const Inputs& inputs, const std::string& what) {
  if (!trial.probe().differentiable || !trial.contract().data().undifferentiable.empty()) {
    return std::nullopt;
  }
  const at::Tensor loss = weighted_sum(visible(trial, hidden, trial.forward_with_grad(inputs)));
  if (!loss.defined() || !loss.requires_grad()) return std::nullopt;
  trial.model().zero_grad();
  run_backward(loss);
  std::vector<NamedTensor> judged = trial.model().parameters();
  for (const Inputs::Slot& slot : inputs.slots()) {
    for (const at::Tensor& tensor : slot.tensors) judged.push_back({slot.name, tensor});
  }
  for (const auto& [name, tensor] : judged) {
    if (!tensor.defined() || !tensor.grad().defined()) continue;
    const std::int64_t position = first_non_finite(tensor.grad());
    if (position < 0) continue;
    return failure("not finite", name, what + " makes the gradient of " + name + " non-finite",
                   "d/d " + name + index_text(tensor, position) + " is " +
                       element_text(tensor.grad(), position));
  }
  return std::nullopt;
}

}  // namespace

std::string without_non_finite_behind_masks(const Contract& contract) {
  for (const auto& [name, domain] : contract.data().signature.inputs) {
    if (domain.masking.may_hide_non_finite) return {};
  }
  return "no mask may hide non-finite contents (.may_hide_non_finite())";
}

std::string without_attention_weights(const Contract& contract) {
  for (const auto& [name, domain] : contract.data().outputs) {
    if (is_weights(domain)) return {};
  }
  return "no output is attention_weights()";
}

Verdict check_kept_content(Trial& trial) {
  if (auto verdict = unless_deterministic(trial)) return *verdict;
  bool any = false;
  for (const Hidden& hidden : hidden_by_all(trial)) {
    for (const at::Tensor& position : kept_beside_hidden(trial, hidden)) {
      any = true;
      Inputs changed = trial.inputs();
      at::Tensor& tensor = changed.slots()[hidden.input].tensors.at(0);
      tensor = with_other_contents(trial, hidden.input, position, tensor);
      if (!same_outputs(trial.outputs(), trial.forward(changed))) continue;
      const std::string& input = trial.tested().inputs[hidden.input].name;
      const Worst first = worst_element(position.logical_not(), at::ones_like(position));
      return failure("constant", input,
                     "other contents at a kept position of " + input + " change no output",
                     input + index_text(position, std::max<std::int64_t>(first.position, 0)) +
                         " is kept, and does not matter");
    }
  }
  return any ? Verdict::holds() : Verdict::discarded("no kept position stands beside a hidden one");
}

Verdict check_non_finite_content(Trial& trial) {
  if (auto verdict = unless_deterministic(trial)) return *verdict;
  bool any = false;
  for (const HiddenPositions& hidden : hidden_positions(trial)) {
    const auto& declared = trial.contract().data().signature.inputs;
    const auto by = std::find_if(declared.begin(), declared.end(),
                                 [&](const auto& input) { return input.first == hidden.by; });
    const at::Tensor tensor = trial.inputs().slots()[hidden.input].tensors.at(0);
    if (!by->second.masking.may_hide_non_finite || !hidden.any || !tensor.is_floating_point()) {
      continue;
    }
    any = true;
    const Outputs expected = visible(trial, hidden, trial.outputs());
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    for (const double poison : {std::numeric_limits<double>::quiet_NaN(), kInfinity, -kInfinity}) {
      const Inputs inputs = poisoned(trial, hidden, poison);
      const std::string what = std::string(poison != poison ? "NaN"
                                           : poison > 0     ? "inf"
                                                            : "-inf") +
                               " that " + hidden.by + " hides in " +
                               trial.tested().inputs[hidden.input].name;
      const Outputs actual = visible(trial, hidden, trial.forward(inputs));
      if (auto verdict =
              bits_differ(trial, expected, "with finite contents there", actual, "with " + what)) {
        verdict->evidence.message = what + " changes " + verdict->evidence.output;
        return *verdict;
      }
      if (auto verdict = gradient_fails(trial, hidden, inputs, what)) return *verdict;
    }
  }
  return any ? Verdict::holds() : Verdict::discarded("nothing is masked");
}

Verdict check_attention_weights(Trial& trial) {
  if (auto verdict = unless_deterministic(trial)) return *verdict;
  const auto& declared = trial.contract().data().outputs;
  for (std::size_t i = 0; i < declared.size() && i < trial.outputs().count(); ++i) {
    const at::Tensor& weights = trial.outputs()[i];
    if (!is_weights(declared[i].second) || weights.dim() == 0 || weights.numel() == 0) continue;
    if (static_cast<std::size_t>(weights.dim()) != output_axes(trial, i).size()) continue;
    if (auto verdict = weights_fail(trial, i)) return *verdict;
  }
  return Verdict::holds();
}

}  // namespace gradgrind
