// What a mask hides does not matter, nor does the future where a sequence is causal.
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros_like.h>

#include "gradgrind/properties/materialise.h"
#include "properties/compare.h"
#include "properties/groups/causality.h"
#include "properties/groups/continuation.h"
#include "properties/groups/groups.h"
#include "properties/groups/mask_relations.h"
#include "properties/groups/masking.h"
#include "properties/groups/support.h"
#include "properties/groups/visibility.h"
#include "properties/law_names.h"

namespace gradgrind {
namespace {

Verdict check_values(Trial& trial) {
  if (auto verdict = unless_deterministic(trial)) return *verdict;
  bool any = false;
  for (const HiddenPositions& hidden : hidden_positions(trial)) {
    if (!hidden.any) continue;
    any = true;
    Inputs changed = trial.inputs();
    at::Tensor& tensor = changed.slots()[hidden.input].tensors.at(0);
    tensor = with_other_contents(trial, hidden.input, hidden.mask, tensor);
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
  add(suite, "masked_nan_never_spreads",
      "NaN and infinity at masked positions change no output that counts and no gradient",
      ToleranceClass::exact, without_non_finite_behind_masks, check_non_finite_content)
      .cost = 9;
  add(suite, "a_fully_masked_row_is_defined",
      "a row with everything masked gives finite values and gradients, or a refusal in words",
      ToleranceClass::exact, without_mask, check_fully_masked)
      .cost = 3;
  add(suite, "a_query_sees_only_its_keys",
      "what a mask hides from one query changes no output of that query", ToleranceClass::exact,
      without_mask_over_queries, check_queries)
      .cost = 5;
  Property& kept = add(suite, "kept_content_matters",
                       "other contents at a kept position beside a masked one change some output",
                       ToleranceClass::direction, without_mask, check_kept_content);
  kept.cost = 5;
  kept.cases = 300;  // In most of them no kept position stands beside a masked one.
  kept.quantifier = Quantifier::some;
  add(suite, "ignores_the_amount_of_padding", "more padding changes no output that counts",
      ToleranceClass::ladder, without_padding, check_amount_of_padding)
      .cost = 2;
  add(suite, "every_form_of_a_mask_agrees",
      "additive, broadcast and absent masks give what the masks of the same meaning do",
      ToleranceClass::ladder, without_mask_forms, check_mask_forms)
      .cost = 4;
  add(suite, "weights_sum_to_one_over_kept_keys",
      "attention weights are 0 at masked keys, nowhere negative, and of sum 1 over the others",
      ToleranceClass::ladder, without_attention_weights, check_attention_weights)
      .cost = 1;
  add(suite, "treats_unordered_dims_as_sets",
      "permuting the members of an unordered dim permutes what has it and changes nothing else",
      ToleranceClass::ladder, without_unordered_dims, check_unordered)
      .cost = 2;
  add(suite, "never_looks_ahead",
      "no output of a causal sequence depends on inputs at later positions", ToleranceClass::exact,
      without_causality, check_never_looks_ahead)
      .cost = 4;
  add(suite, kStrictlyCausal,
      "no output of a strictly causal sequence depends on the declared input at its own position",
      ToleranceClass::exact, without_strict_causality, check_never_sees_itself)
      .cost = 5;
  add(suite, "prefixes_agree", "a prefix of a causal sequence gives what it gives in the whole",
      ToleranceClass::ladder, without_causality, check_prefixes)
      .cost = 2;
  add(suite, "carries_its_state_across_a_cut",
      "a sequence in two pieces, the state handed over, gives what it gives in one",
      ToleranceClass::ladder, without_carried_state, check_carried_state)
      .cost = 4;
  return labelled("sequence and mask", std::move(suite));
}

}  // namespace gradgrind
