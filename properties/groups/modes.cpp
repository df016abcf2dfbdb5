#include "properties/groups/modes.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/ones_like.h>
#include <torch/nn/module.h>
#include <torch/optim/adam.h>
#include <torch/serialize/input-archive.h>
#include <torch/serialize/output-archive.h>

#include <sstream>

#include "gradgrind/properties/materialise.h"
#include "properties/compare.h"
#include "properties/groups/support.h"
#include "properties/journal.h"

namespace gradgrind {
namespace {

// The first submodule that is not in the mode; a frozen one may refuse to leave evaluation.
std::string left_behind(const Trial& trial, const torch::nn::Module& root, bool training) {
  for (const auto& entry : root.named_modules(/*name_prefix=*/{}, /*include_self=*/false)) {
    if (entry.value()->is_training() == training) continue;
    if (training && is_frozen(trial.contract(), entry.key())) continue;
    return entry.key();
  }
  return {};
}

std::optional<Verdict> modes_stop_short(const Trial& trial, torch::nn::Module& root) {
  for (const bool training : {true, false}) {
    training ? root.train() : root.eval();
    const std::string name = left_behind(trial, root, training);
    if (name.empty()) continue;
    return failure("not reached", name,
                   std::string(training ? "train()" : "eval()") + " leaves the submodule " + name +
                       " in " + (training ? "evaluation" : "training"));
  }
  return std::nullopt;
}

std::optional<Verdict> zero_grad_stops_short(const Model& model) {
  for (const NamedTensor& parameter : model.parameters()) {
    at::Tensor tensor = parameter.tensor;
    if (tensor.requires_grad()) tensor.mutable_grad() = at::ones_like(tensor.detach());
  }
  model.module()->zero_grad();
  for (const NamedTensor& parameter : model.parameters()) {
    const at::Tensor& gradient = parameter.tensor.grad();
    if (!gradient.defined() || gradient.count_nonzero().item<std::int64_t>() == 0) continue;
    return failure("not reached", parameter.name,
                   "zero_grad() leaves the gradient of " + parameter.name);
  }
  return std::nullopt;
}

std::optional<Verdict> conversion_stops_short(const Model& model, DType own) {
  const DType other = own == DType::float64 ? DType::float32 : DType::float64;
  const std::vector<NamedTensor> saved = model.snapshot();
  model.module()->to(scalar_type(other));
  std::string left;
  for (const NamedTensor& entry : model.state()) {
    if (!left.empty() || !entry.tensor.is_floating_point()) continue;
    if (entry.tensor.scalar_type() != scalar_type(other)) left = entry.name;
  }
  model.restore(saved);
  if (left.empty()) return std::nullopt;
  return failure("not reached", left,
                 "to(" + std::string(name(other)) + ") leaves " + left + " as it is");
}

// -- Training that goes on ------------------------------------------------------------------------

constexpr int kSteps = 2;

std::vector<at::Tensor> trainable(const Model& model) {
  std::vector<at::Tensor> tensors;
  for (const NamedTensor& parameter : model.parameters()) {
    if (parameter.tensor.requires_grad()) tensors.push_back(parameter.tensor);
  }
  return tensors;
}

// False where the loss has no gradient.
bool take_steps(const Trial& trial, const Model& model, torch::optim::Adam& optimizer,
                const std::vector<at::Tensor>& teacher) {
  model.train(true);
  const at::AutoGradMode with_grad(true);
  for (int step = 0; step < kSteps; ++step) {
    optimizer.zero_grad();
    const Phase phase("forward");
    const Outputs outputs = model.forward(trial.inputs(), trial.tested().seed);
    const at::Tensor loss = loss_of(trial, outputs, trial.targets(), teacher);
    if (!loss.defined() || !loss.requires_grad()) return false;
    run_backward(loss);
    optimizer.step();
  }
  return true;
}

std::string saved(const torch::optim::Optimizer& optimizer) {
  torch::serialize::OutputArchive archive;
  optimizer.save(archive);
  std::ostringstream stream;
  archive.save_to(stream);
  return stream.str();
}

void load(torch::optim::Optimizer& optimizer, const std::string& bytes) {
  std::istringstream stream(bytes);
  torch::serialize::InputArchive archive;
  archive.load_from(stream);
  optimizer.load(archive);
}

}  // namespace

Verdict check_modes_reach(Trial& trial) {
  Model& model = trial.model();
  if (auto verdict = modes_stop_short(trial, *model.module())) return *verdict;
  if (auto verdict = zero_grad_stops_short(model)) return *verdict;
  if (auto verdict = conversion_stops_short(model, trial.tested().dtype)) return *verdict;
  return Verdict::holds();
}

Verdict check_mode_round_trip(Trial& trial) {
  if (auto verdict = unless_deterministic(trial)) return *verdict;
  const Outputs expected = trial.forward(trial.inputs());
  trial.model().train(true);
  trial.model().train(false);
  if (auto verdict = bits_differ(trial, expected, "in evaluation", trial.forward(trial.inputs()),
                                 "after a switch to training and back")) {
    return *verdict;
  }
  return Verdict::holds();
}

Verdict check_resumed_training(Trial& trial) {
  const std::unique_ptr<Model> twin = trial.another(/*seed_offset=*/1);
  if (twin == nullptr) return Verdict::not_applicable("an instance has no twin to load into");
  const std::vector<at::Tensor> teacher = teacher_outputs(trial);
  Model& model = trial.model();
  if (trainable(model).empty()) return Verdict::not_applicable("probed: no parameter is trainable");
  const torch::optim::AdamOptions options(0.01);
  torch::optim::Adam optimizer(trainable(model), options);
  if (!take_steps(trial, model, optimizer, teacher)) {
    return Verdict::discarded("the loss has no gradient");
  }
  twin->load(model.save());
  torch::optim::Adam resumed(trainable(*twin), options);
  load(resumed, saved(optimizer));
  take_steps(trial, model, optimizer, teacher);
  take_steps(trial, *twin, resumed, teacher);
  const std::vector<NamedTensor> expected = model.state();
  const std::vector<NamedTensor> actual = twin->state();
  for (std::size_t i = 0; i < expected.size() && i < actual.size(); ++i) {
    const auto& [name, tensor] = expected[i];
    if (same_bits(tensor, actual[i].tensor)) continue;
    return failure("differs", name,
                   name +
                       " is another when training is saved and resumed: something that training "
                       "depends on is in no checkpoint",
                   worst_text(name, tensor, "going on", actual[i].tensor, "resumed"));
  }
  return Verdict::holds();
}

}  // namespace gradgrind
