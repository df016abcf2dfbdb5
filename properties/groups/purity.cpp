#include "properties/groups/purity.h"

#include <ATen/core/grad_mode.h>
#include <c10/core/InferenceMode.h>

#include "properties/compare.h"
#include "properties/groups/support.h"
#include "properties/tolerance.h"

namespace gradgrind {
namespace {

Verdict written_to(const Inputs& before, const Inputs& after,
                   const std::vector<std::uint32_t>& versions, const std::string& mode) {
  std::size_t next = 0;
  for (std::size_t i = 0; i < after.count(); ++i) {
    const Inputs::Slot& slot = after.slots()[i];
    for (std::size_t t = 0; t < slot.tensors.size(); ++t) {
      const at::Tensor& expected = before.slots()[i].tensors[t];
      const std::uint32_t version = versions[next++];
      if (!same_bits(expected, slot.tensors[t])) {
        return failure("written to", slot.name,
                       "the forward writes to its input " + slot.name + mode,
                       worst_text(slot.name, expected, "before", slot.tensors[t], "after"));
      }
      if (slot.tensors[t]._version() != version) {
        return failure("written to", slot.name,
                       "the forward writes to its input " + slot.name + mode +
                           " (in place, with the values that stood there in this case)");
      }
    }
  }
  return Verdict::holds();
}

Outputs forward_with_grad_in(Trial& trial, DType dtype) {
  const at::AutoGradMode with_grad(true);
  const TwinScope twin(trial, dtype);
  return trial.forward_with_grad(converted(differentiable_inputs(trial), dtype));
}

}  // namespace

bool shares_memory(const at::Tensor& a, const at::Tensor& b) {
  return a.has_storage() && b.has_storage() && a.storage().nbytes() > 0 &&
         a.storage().data() == b.storage().data();
}

Verdict check_writes_no_input(Trial& trial) {
  for (const bool training : {false, true}) {
    const Inputs before = trial.inputs();
    const Inputs inputs = trial.inputs();
    std::vector<std::uint32_t> versions;
    for (const Inputs::Slot& slot : inputs.slots()) {
      for (const at::Tensor& tensor : slot.tensors) versions.push_back(tensor._version());
    }
    trial.model().train(training);
    trial.forward(inputs);
    Verdict verdict = written_to(before, inputs, versions, training ? " in training mode" : "");
    if (verdict.is_failure()) return verdict;
  }
  return Verdict::holds();
}

Verdict check_shares_no_memory(Trial& trial) {
  const Inputs inputs = trial.inputs();
  const Outputs outputs = trial.forward(inputs);
  for (std::size_t i = 0; i < outputs.count(); ++i) {
    const std::string name = trial.output_name(i);
    for (const Inputs::Slot& slot : inputs.slots()) {
      for (const at::Tensor& tensor : slot.tensors) {
        if (!shares_memory(outputs[i], tensor)) continue;
        return failure(
            "aliases", name,
            name + " is the memory of input " + slot.name + ": writing to one changes the other");
      }
    }
    for (const NamedTensor& entry : trial.model().state()) {
      if (!shares_memory(outputs[i], entry.tensor)) continue;
      return failure(
          "aliases", name,
          name + " is the memory of " + entry.name + ": writing to it changes the subject");
    }
  }
  return Verdict::holds();
}

Verdict check_grad_modes(Trial& trial) {
  if (auto verdict = unless_deterministic(trial)) return *verdict;
  const Outputs with_grad = trial.forward_with_grad(differentiable_inputs(trial));
  if (bits_differ(trial, trial.outputs(), "", with_grad, "")) {
    // LibTorch may take another algorithm: singular values come with their vectors, or without.
    const Verdict verdict =
        agree(trial, {"without gradients", "with gradients", [&](DType dtype) {
                        return std::pair<Outputs, Outputs>(trial.forward_in(dtype, trial.inputs()),
                                                           forward_with_grad_in(trial, dtype));
                      }});
    if (verdict.outcome != Outcome::holds) return verdict;
  }
  const c10::InferenceMode inference;
  const Outputs in_inference = trial.forward(trial.inputs());
  if (auto verdict = bits_differ(trial, trial.outputs(), "without gradients", in_inference,
                                 "in inference mode")) {
    return *verdict;
  }
  return Verdict::holds();
}

Verdict check_evaluation_is_pure(Trial& trial) {
  // Both calls run under one seed, so a stochastic subject is no exception.
  const std::vector<NamedTensor> before = trial.model().snapshot();
  const Outputs first = trial.forward(trial.inputs());
  const std::string& disturbed = trial.model().disturbance();
  if (!disturbed.empty()) {
    return failure("global state changed", "",
                   "the subject leaves " + disturbed +
                       "; it is put back after each call, so that nothing else runs under it");
  }
  const std::vector<NamedTensor> after = trial.model().state();
  for (std::size_t i = 0; i < before.size() && i < after.size(); ++i) {
    if (same_bits(before[i].tensor, after[i].tensor)) continue;
    return failure("state changed", after[i].name,
                   "a forward in evaluation writes to " + after[i].name,
                   worst_text(after[i].name, before[i].tensor, "before", after[i].tensor, "after"));
  }
  const Outputs second = trial.forward(trial.inputs());
  if (auto verdict = bits_differ(trial, first, "in the first call", second, "in the second")) {
    return *verdict;
  }
  return Verdict::holds();
}

}  // namespace gradgrind
