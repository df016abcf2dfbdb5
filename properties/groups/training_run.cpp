#include "properties/groups/training_run.h"

#include <ATen/Context.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>

#include "gradgrind/generators/error.h"
#include "gradgrind/generators/source.h"
#include "gradgrind/properties/materialise.h"
#include "properties/compare.h"
#include "properties/groups/support.h"
#include "properties/journal.h"

namespace gradgrind {
namespace {

void clear_gradients(const Model& model) {
  // As zeros, as an optimizer's zero_grad() does: one with momentum tells them from undefined ones.
  for (const NamedTensor& parameter : model.parameters()) {
    if (parameter.tensor.grad().defined()) parameter.tensor.mutable_grad().zero_();
  }
}

}  // namespace

Inputs batch_of(const Trial& trial) {
  const Inputs inputs = trial.inputs();
  std::vector<Inputs::Slot> slots = inputs.slots();
  const Inputs targets = trial.targets();
  slots.insert(slots.end(), targets.slots().begin(), targets.slots().end());
  return Inputs(std::move(slots), inputs.dims(), inputs.parameters());
}

void redraw(const Trial& trial, std::size_t position, std::uint64_t seed, Inputs& batch) {
  Inputs::Slot& slot = batch.slots()[position];
  for (std::size_t i = 0; i < slot.tensors.size(); ++i) {
    TensorValue value = trial.tested().inputs[position].tensors[i];
    value.values = redrawn(trial, position, i, seed);
    value.layout = {};
    slot.tensors[i] = materialise(value);
  }
}

Batch given(const Trial& trial) {
  return [&trial] { return batch_of(trial); };
}

Batch another(const Trial& trial) {
  return [&trial] {
    Inputs batch = batch_of(trial);
    for (std::size_t i = 0; i < batch.count(); ++i) redraw(trial, i, /*seed=*/1, batch);
    return batch;
  };
}

bool are_same(const Inputs::Slot& a, const Inputs::Slot& b) {
  return std::equal(a.tensors.begin(), a.tensors.end(), b.tensors.begin(), b.tensors.end(),
                    same_bits);
}

Training::Training(Trial& trial)
    : trial_(trial),
      owned_(trial.another(/*seed_offset=*/0)),
      model_(owned_ != nullptr ? *owned_ : trial.model()),
      initial_(model_.snapshot()) {
  model_.train(true);
  const Phase phase("making the training step");
  step_ = trial.contract().data().training_step(model_.module());
}

Training::~Training() {
  if (owned_ != nullptr) return;
  model_.restore(initial_);
  model_.train(false);
}

at::Tensor Training::step(const Inputs& batch) {
  at::manual_seed(mix(trial_.tested().seed + ++steps_));
  const at::AutoGradMode with_grad(true);
  const Phase phase("training step");
  const at::Tensor loss = step_(batch);
  if (!loss.defined()) return loss;
  if (loss.numel() != 1) {
    throw UsageError(".training_step(): a step gave back shape " +
                     to_string(Shape(loss.sizes().vec())) +
                     "; it must give back the loss as one number, or nothing");
  }
  return loss.detach().clone();
}

Trained trained(Trial& trial, const std::vector<Batch>& batches, bool clears) {
  Training training(trial);
  Trained result;
  for (const Batch& batch : batches) {
    if (clears) clear_gradients(training.model());
    result.losses.push_back(training.step(batch()));
  }
  result.state = training.model().snapshot();
  return result;
}

std::string first_other(const Trained& a, const Trained& b) {
  for (std::size_t i = 0; i < a.losses.size() && i < b.losses.size(); ++i) {
    const bool is_defined = a.losses[i].defined();
    if (is_defined != b.losses[i].defined()) return "the loss";
    if (is_defined && !same_bits(a.losses[i], b.losses[i])) return "the loss";
  }
  for (std::size_t i = 0; i < a.state.size() && i < b.state.size(); ++i) {
    if (!same_bits(a.state[i].tensor, b.state[i].tensor)) return a.state[i].name;
  }
  return {};
}

double largest_of(const at::Tensor& tensor) {
  if (tensor.numel() == 0) return 0;
  return tensor.detach().abs().max().to(at::kDouble).item<double>();
}

SeenGradients::SeenGradients(const std::vector<NamedTensor>& parameters)
    : seen_(std::make_shared<std::vector<double>>(parameters.size())) {
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const at::Tensor& tensor = parameters[i].tensor;
    if (!tensor.requires_grad()) continue;
    const unsigned hook = tensor.register_hook([seen = seen_, i](const at::Tensor& gradient) {
      if (!gradient.defined() || first_non_finite(gradient) >= 0) return;
      (*seen)[i] = std::max((*seen)[i], largest_of(gradient));
    });
    hooks_.emplace_back(tensor, hook);
  }
}

SeenGradients::~SeenGradients() {
  for (const auto& [tensor, hook] : hooks_) tensor.remove_hook(hook);
}

}  // namespace gradgrind
