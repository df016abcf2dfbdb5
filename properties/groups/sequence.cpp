// What a mask hides does not matter: not its values, not in gradients.
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros_like.h>

#include "gradgrind/properties/materialise.h"
#include "properties/compare.h"
#include "properties/groups/groups.h"
#include "properties/groups/masking.h"
#include "properties/groups/support.h"

namespace gradgrind {
namespace {

// Outputs with what lies at hidden positions set to 0: what the mask hides may come back as it
// likes there.
Outputs visible(const Trial& trial, const HiddenPositions& hidden, const Outputs& outputs) {
  Outputs result = outputs;
  for (std::size_t i = 0; i < result.count(); ++i) {
    const std::optional<at::Tensor> mask = hidden_in_output(trial, hidden, i, result[i]);
    if (!mask.has_value()) continue;
    result.tensors[i] = at::where(*mask, at::zeros_like(result[i]), result[i]);
  }
  return result;
}

// The masked input with other contents at its hidden positions. A small domain often draws what
// stood there already, which would prove nothing: then it draws again.
at::Tensor with_other_contents(const Trial& trial, const HiddenPositions& hidden,
                               const at::Tensor& tensor) {
  constexpr std::uint64_t kMostDraws = 8;
  at::Tensor changed = tensor;
  for (std::uint64_t seed = 1; seed <= kMostDraws && same_bits(changed, tensor); ++seed) {
    const Inputs redrawn = inputs_with_redrawn(trial, hidden.input, seed);
    changed = at::where(hidden.mask, redrawn.slots()[hidden.input].tensors.at(0), tensor);
  }
  return changed;
}

Verdict check_values(Trial& trial) {
  if (auto verdict = unless_deterministic(trial)) return *verdict;
  bool any = false;
  for (const HiddenPositions& hidden : hidden_positions(trial)) {
    if (!hidden.any) continue;
    any = true;
    Inputs changed = trial.inputs();
    at::Tensor& tensor = changed.slots()[hidden.input].tensors.at(0);
    tensor = with_other_contents(trial, hidden, tensor);
    const Outputs expected = visible(trial, hidden, trial.outputs());
    const Outputs actual = visible(trial, hidden, trial.forward(changed));
    const std::string& input = trial.tested().inputs[hidden.input].name;
    if (auto verdict = bits_differ(trial, expected, "with its own padding", actual,
                                   "with other contents there")) {
      verdict->evidence.message = "what " + hidden.by + " hides in " + input + " changes " +
                                  verdict->evidence.output + " at a position that counts";
      return *verdict;
    }
  }
  return any ? Verdict::holds() : Verdict::discarded("nothing is masked");
}

Verdict check_gradients(Trial& trial) {
  if (auto verdict = unless_deterministic(trial)) return *verdict;
  if (!trial.probe().differentiable) {
    return Verdict::not_applicable("probed: no output has a gradient");
  }
  bool any = false;
  for (const HiddenPositions& hidden : hidden_positions(trial)) {
    const Inputs inputs = differentiable_inputs(trial);
    const at::Tensor& tensor = inputs.slots()[hidden.input].tensors.at(0);
    if (!hidden.any || !tensor.is_floating_point()) continue;
    any = true;
    const at::Tensor loss = weighted_sum(visible(trial, hidden, trial.forward_with_grad(inputs)));
    if (!loss.defined() || !loss.requires_grad()) continue;
    run_backward(loss);
    if (!tensor.grad().defined()) continue;
    const at::Tensor leaked = at::where(hidden.mask, tensor.grad(), at::zeros_like(tensor.grad()));
    const Worst worst = worst_element(at::zeros_like(leaked), leaked);
    if (worst.position < 0) continue;
    const std::string& input = trial.tested().inputs[hidden.input].name;
    return failure("differs", input,
                   "a gradient reaches what " + hidden.by + " hides in " + input +
                       "; it must be exactly 0 there",
                   "d(outputs that count) / d " + input + index_text(leaked, worst.position) +
                       " is " + element_text(leaked, worst.position));
  }
  return any ? Verdict::holds() : Verdict::discarded("nothing is masked, or it has no gradient");
}

Verdict check_fully_masked(Trial& trial) {
  const std::optional<Inputs> masked = inputs_with_a_fully_masked_row(trial);
  if (!masked.has_value()) {
    return Verdict::not_applicable(
        "no mask's domain allows a row with nothing left; padding_mask_or_empty() does");
  }
  Inputs inputs = *masked;
  for (Inputs::Slot& slot : inputs.slots()) {
    for (at::Tensor& tensor : slot.tensors) {
      if (tensor.is_floating_point()) tensor.requires_grad_(true);
    }
  }
  Outputs outputs;
  try {
    outputs = trial.forward_with_grad(inputs);
  } catch (const std::exception&) {
    return Verdict::holds();  // A refusal in words is an answer.
  }
  for (std::size_t i = 0; i < outputs.count(); ++i) {
    const std::int64_t position = first_non_finite(outputs[i]);
    if (position < 0) continue;
    const std::string name = trial.output_name(i);
    return failure(
        "not finite", name, "a row with everything masked makes " + name + " non-finite",
        name + index_text(outputs[i], position) + " is " + element_text(outputs[i], position));
  }
  const at::Tensor loss = weighted_sum(outputs);
  if (!loss.defined() || !loss.requires_grad()) return Verdict::holds();
  trial.model().zero_grad();
  run_backward(loss);
  std::vector<NamedTensor> judged = trial.model().parameters();
  for (const Inputs::Slot& slot : inputs.slots()) {
    for (const at::Tensor& tensor : slot.tensors) judged.push_back({slot.name, tensor});
  }
  for (const auto& [name, tensor] : judged) {
    if (!tensor.grad().defined()) continue;
    const std::int64_t position = first_non_finite(tensor.grad());
    if (position < 0) continue;
    return failure("not finite", name,
                   "a row with everything masked makes the gradient of " + name + " non-finite",
                   "d/d " + name + index_text(tensor, position) + " is " +
                       element_text(tensor.grad(), position));
  }
  return Verdict::holds();
}

std::string without_masked_gradients(const Contract& contract) {
  return first_reason({without_mask(contract), without_gradients(contract)});
}

}  // namespace

Suite sequence_group() {
  Suite suite;
  add(suite, "masked_content_never_leaks",
      "other contents at masked positions change no output that counts", ToleranceClass::exact,
      without_mask, check_values)
      .cost = 2;
  add(suite, "masked_content_gets_no_gradient",
      "the gradient of what counts is exactly 0 at masked positions", ToleranceClass::exact,
      without_masked_gradients, check_gradients)
      .cost = 3;
  add(suite, "a_fully_masked_row_is_defined",
      "a row with everything masked gives finite values and gradients, or a refusal in words",
      ToleranceClass::exact, without_mask, check_fully_masked)
      .cost = 3;
  return labelled("sequence and mask", std::move(suite));
}

}  // namespace gradgrind
