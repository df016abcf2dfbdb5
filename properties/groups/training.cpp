// A loss falls, everything that should learn changes, and a tiny batch can be learnt by heart.
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <fmt/format.h>
#include <torch/nn/module.h>
#include <torch/optim/adam.h>
#include <torch/optim/sgd.h>

#include <algorithm>
#include <cmath>

#include "properties/autograd_graph.h"
#include "properties/compare.h"
#include "properties/groups/accumulation.h"
#include "properties/groups/fresh_start.h"
#include "properties/groups/groups.h"
#include "properties/groups/support.h"
#include "properties/groups/training_steps.h"
#include "properties/journal.h"
#include "properties/tolerance.h"

namespace gradgrind {
namespace {

std::vector<at::Tensor> trainable(const Model& model) {
  std::vector<at::Tensor> tensors;
  for (const NamedTensor& parameter : model.parameters()) {
    if (parameter.tensor.requires_grad()) tensors.push_back(parameter.tensor);
  }
  return tensors;
}

at::Tensor training_loss(Trial& trial, const Inputs& inputs, const Inputs& targets,
                         const std::vector<at::Tensor>& teacher) {
  return loss_of(trial, trial.forward_with_grad(inputs), targets, teacher);
}

// Whether three steps in a row saw the same slope. Where curvature or rounding outweighs it, each
// sees another; and a sound loss on which they agree has fallen by then: a slope that differs by an
// eighth of |gradient|^2 between the steps r and 4r differs by a 24th from that at 0.
bool agree_on_a_slope(const std::vector<double>& slopes, double within) {
  for (std::size_t i = 2; i < slopes.size(); ++i) {
    const auto [lowest, highest] = std::minmax({slopes[i - 2], slopes[i - 1], slopes[i]});
    if (highest - lowest <= within) return true;
  }
  return false;
}

// What the rounding of the largest value on the way does to the loss, through the outputs.
double rounding_of_loss(const Outputs& outputs, const std::function<void()>& run) {
  double steepness = 0;
  for (const at::Tensor& output : outputs.tensors) {
    if (output.requires_grad() && output.grad().defined()) {
      steepness += output.grad().abs().sum().item<double>();
    }
  }
  return steepness * largest_intermediate(run) * 0x1p-50;
}

Verdict check_descent(Trial& trial) {
  const std::vector<at::Tensor> teacher = teacher_outputs(trial);
  const TwinScope twin(trial, DType::float64);
  const Inputs inputs = converted(trial.inputs(), DType::float64);
  const Inputs targets = converted(trial.targets(), DType::float64);
  Model& model = trial.model();
  model.train(true);
  model.zero_grad();
  const Outputs outputs = trial.forward_with_grad(inputs);
  for (const at::Tensor& output : outputs.tensors) {
    if (output.requires_grad()) output.retain_grad();
  }
  const at::Tensor loss = loss_of(trial, outputs, targets, teacher);
  if (!loss.defined() || !loss.requires_grad())
    return Verdict::discarded("the loss has no gradient");
  const double start = loss.item<double>();
  run_backward(loss);

  const at::NoGradGuard no_grad;
  double squared_norm = 0;
  std::vector<std::pair<at::Tensor, at::Tensor>> steps;  // parameter, its value before
  for (const at::Tensor& parameter : trainable(model)) {
    if (!parameter.grad().defined()) continue;
    squared_norm += parameter.grad().pow(2).sum().item<double>();
    steps.emplace_back(parameter, parameter.detach().clone());
  }
  if (!(squared_norm > 0) || !std::isfinite(squared_norm) || !std::isfinite(start)) {
    return Verdict::discarded("the gradient is zero or not finite");
  }
  // Armijo's condition; 2^-60 of the first step is far below what a smooth loss needs.
  double rate = 1;
  double best = INFINITY;
  std::vector<double> slopes;  // that the steps saw, each step a quarter of the one before
  for (int halving = 0; halving < 30; ++halving, rate /= 4) {
    // Once the promised decrease is below rounding, nothing can be told any more.
    if (rate * squared_norm / 4 < std::abs(start) * 0x1p-44) break;
    for (auto& [parameter, before] : steps) parameter.copy_(before - parameter.grad() * rate);
    const double now = training_loss(trial, inputs, targets, teacher).item<double>();
    best = std::min(best, now);
    if (now <= start - rate * squared_norm / 4) return Verdict::holds();
    slopes.push_back((now - start) / rate);
  }
  // What rounds to nothing on the way is no slope of 0.
  const double noise =
      rounding_of_loss(outputs, [&] { training_loss(trial, inputs, targets, teacher); });
  // Not by as much as the slope says, as past a step of the loss, but it falls.
  if (best < start - noise) return Verdict::holds();
  while (!slopes.empty() &&
         std::pow(4, 1.0 - static_cast<double>(slopes.size())) * squared_norm / 4 < noise) {
    slopes.pop_back();
  }
  if (!agree_on_a_slope(slopes, squared_norm / 8)) {
    return Verdict::discarded("no step is short enough for the slope and long enough to be seen");
  }
  Verdict verdict = failure(
      "does not fall", "loss", "no step along the negative gradient lowers the loss",
      fmt::format("the loss is {:.9g} before and at best {:.9g} after, |gradient|^2 = {:.3g}",
                  start, best, squared_norm));
  verdict.evidence.bound = loss_note(trial.contract());
  return verdict;
}

// The largest change that rounding swallows whole.
bool is_below_half_ulp(const at::Tensor& step, const at::Tensor& value) {
  const double unit = epsilon(DType::float32) / 2;
  return (step.abs() <= value.abs() * unit).all().item<bool>();
}

Verdict check_one_step(Trial& trial) {
  constexpr double kRate = 0.1;
  const std::vector<at::Tensor> teacher = teacher_outputs(trial);
  Model& model = trial.model();
  model.train(true);
  model.zero_grad();
  torch::optim::SGD optimizer(model.module()->parameters(), torch::optim::SGDOptions(kRate));
  const Outputs outputs = trial.forward_with_grad(trial.inputs());
  const at::Tensor loss = loss_of(trial, outputs, trial.targets(), teacher);
  if (!loss.defined() || !loss.requires_grad())
    return Verdict::discarded("the loss has no gradient");
  run_backward(loss);
  std::vector<NamedTensor> watched = model.parameters();
  const std::size_t registered = watched.size();
  for (const at::Tensor& leaf : reachable_leaves({loss})) {
    const bool known = std::any_of(watched.begin(), watched.end(), [&](const NamedTensor& entry) {
      return entry.tensor.unsafeGetTensorImpl() == leaf.unsafeGetTensorImpl();
    });
    if (!known)
      watched.push_back({"an unregistered " + to_string(Shape(leaf.sizes().vec())), leaf});
  }
  std::vector<at::Tensor> before;
  for (const NamedTensor& entry : watched) before.push_back(entry.tensor.detach().clone());
  optimizer.step();
  for (std::size_t i = 0; i < watched.size(); ++i) {
    const auto& [name, tensor] = watched[i];
    const bool has_changed = !same_bits(before[i], tensor.detach());
    const at::Tensor& gradient = tensor.grad();
    const bool should = tensor.requires_grad() && gradient.defined() &&
                        first_non_finite(gradient) < 0 &&
                        gradient.count_nonzero().item<std::int64_t>() > 0 &&
                        !is_below_half_ulp(gradient * kRate, before[i]);
    if (should && !has_changed) {
      return failure("unchanged", name,
                     name + " has a gradient and is the same after a step of SGD" +
                         (i >= registered ? ": parameters() does not list it" : ""));
    }
    if (has_changed && is_frozen(trial.contract(), name)) {
      return failure("changed", name, name + " is declared frozen and changes in a step of SGD");
    }
  }
  return Verdict::holds();
}

constexpr int kOverfitSteps = 200;
constexpr double kRates[] = {1e-2, 1e-1, 1e-3};
constexpr double kEnough = 0.1;  // of the loss at the start
constexpr double kFloor = 1e-6;

Verdict check_overfits(Trial& trial) {
  const std::vector<at::Tensor> teacher = teacher_outputs(trial);
  Model& model = trial.model();
  const std::vector<NamedTensor> initial = model.snapshot();
  std::string curves;
  for (const double rate : kRates) {
    model.restore(initial);
    model.train(true);
    torch::optim::Adam optimizer(trainable(model), torch::optim::AdamOptions(rate));
    double start = 0;
    double best = INFINITY;
    std::string curve;
    for (int step = 0; step < kOverfitSteps; ++step) {
      optimizer.zero_grad();
      const at::Tensor loss = training_loss(trial, trial.inputs(), trial.targets(), teacher);
      if (!loss.defined() || !loss.requires_grad()) {
        return Verdict::discarded("the loss has no gradient");
      }
      const double now = loss.item<double>();
      if (step == 0) start = now;
      if (!std::isfinite(start)) return Verdict::discarded("the loss is not finite");
      best = std::min(best, now);
      if (best <= std::max(kFloor, kEnough * start)) return Verdict::holds();
      if (step % 40 == 0) curve += fmt::format(" {:.3g}", now);
      run_backward(loss);
      optimizer.step();
    }
    curves += fmt::format("\n  rate {:g}:{} ... best {:.3g}", rate, curve, best);
  }
  Verdict verdict = failure("does not learn", "loss",
                            "no learning rate brings the loss below a tenth of its start");
  verdict.evidence.worst = "loss every 40 steps of Adam:" + curves;
  verdict.evidence.bound = loss_note(trial.contract());
  return verdict;
}

std::string without_accumulation(const Contract& contract) {
  return first_reason(
      {without_trainable_module(contract), without_batch(contract), without_outputs(contract)});
}

std::string without_fresh_module(const Contract& contract) {
  return first_reason({without_trainable_module(contract), without_fresh_weights(contract)});
}

std::string without_frozen_module(const Contract& contract) {
  return first_reason({without_trainable_module(contract), without_frozen_parts(contract)});
}

}  // namespace

Suite training_group() {
  Suite suite;
  Property& descent =
      add(suite, "a_descent_step_exists", "some step along the negative gradient lowers the loss",
          ToleranceClass::direction, without_trainable_module, check_descent);
  descent.cases = 20;
  descent.cost = 10;
  descent.in_float64 = true;
  Property& step = add(suite, "one_step_changes_what_it_should",
                       "a step of SGD changes every trainable tensor that has a gradient, and "
                       "nothing that is frozen",
                       ToleranceClass::exact, without_trainable_module, check_one_step);
  step.cases = 20;
  step.cost = 5;
  Property& frozen = add(suite, "frozen_parts_stay_as_they_are",
                         "training changes no parameter and no buffer of what is declared frozen",
                         ToleranceClass::exact, without_frozen_module, check_frozen_parts);
  frozen.cases = 10;
  frozen.cost = 8;
  Property& accumulates =
      add(suite, "accumulates_gradients_over_a_batch",
          "where the loss of a batch is the mean or sum of its rows', so is the gradient",
          ToleranceClass::ladder, without_accumulation, check_accumulation);
  accumulates.cases = 10;
  accumulates.cost = 12;
  Property& fresh = add(suite, "a_fresh_start_is_no_dead_end",
                        "from fresh weights each trainable parameter gets a gradient within four "
                        "steps",
                        ToleranceClass::exact, without_fresh_module, check_fresh_start);
  fresh.quantifier = Quantifier::some;
  fresh.cases = 20;
  fresh.cost = 12;
  Property& in_training =
      add(suite, "no_gradient_cancels_in_training",
          "a parameter that has a gradient in evaluation has one in training",
          ToleranceClass::direction, without_trainable_module, check_gradient_in_training);
  in_training.quantifier = Quantifier::some;
  in_training.cases = 60;  // In many of them a gradient is small in evaluation too.
  in_training.cost = 6;
  in_training.in_float64 = true;
  Property& overfits = add(suite, "overfits_a_tiny_batch",
                           "for some learning rate the subject learns one batch by heart",
                           ToleranceClass::direction, without_trainable_module, check_overfits);
  overfits.quantifier = Quantifier::some;
  overfits.cases = 3;
  overfits.cost = 3 * kOverfitSteps;
  add_training_steps(suite);
  return labelled("training", std::move(suite));
}

}  // namespace gradgrind
