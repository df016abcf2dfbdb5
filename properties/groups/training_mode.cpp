#include "properties/groups/training_mode.h"

#include <ATen/core/grad_mode.h>
#include <torch/nn/module.h>

#include <algorithm>

#include "gradgrind/properties/contract.h"
#include "properties/compare.h"
#include "properties/groups/purity.h"
#include "properties/groups/support.h"
#include "properties/journal.h"
#include "properties/tolerance.h"

namespace gradgrind {
namespace {

// -- The user's own modules in training -----------------------------------------------------------

bool is_of_the_library(const torch::nn::Module& module) {
  return module.name().rfind("torch::nn::", 0) == 0;
}

// False where all modules are LibTorch's. A container passes its mode on to its children, so
// parents come first.
bool train_own_modules(torch::nn::Module& root) {
  bool any = false;
  for (const auto& module : root.modules()) {
    const bool is_own = !is_of_the_library(*module);
    module->train(is_own);
    any = any || is_own;
  }
  return any;
}

Outputs run(Trial& trial, DType dtype, std::uint64_t seed) {
  const at::NoGradGuard no_grad;
  const Phase phase("forward");
  return trial.model().forward(converted(trial.inputs(), dtype), seed);
}

bool are_same(const std::vector<NamedTensor>& before, const std::vector<NamedTensor>& after) {
  return std::equal(
      before.begin(), before.end(), after.begin(), after.end(),
      [](const NamedTensor& a, const NamedTensor& b) { return same_bits(a.tensor, b.tensor); });
}

// Why the modes may well differ in this subject: what it draws or keeps in training.
std::string reason_to_differ(Trial& trial) {
  Model& model = trial.model();
  const DType dtype = trial.tested().dtype;
  const std::vector<NamedTensor> before = model.snapshot();
  const Outputs first = run(trial, dtype, trial.tested().seed);
  const bool keeps = !are_same(before, model.state());
  model.restore(before);
  if (keeps) return "probed: a forward in training changes its state";
  if (bits_differ(trial, first, "", run(trial, dtype, trial.seed("another seed")), "")) {
    return "probed: random in training beside the dropouts that it registers";
  }
  return {};
}

// -- Modes ----------------------------------------------------------------------------------------

std::vector<bool> modes_of(const torch::nn::Module& root) {
  std::vector<bool> modes;
  for (const auto& module : root.modules()) modes.push_back(module->is_training());
  return modes;
}

const char* mode_name(bool is_training) { return is_training ? "training" : "evaluation"; }

}  // namespace

Verdict check_training_agrees(Trial& trial) {
  if (auto verdict = unless_deterministic(trial)) return *verdict;
  torch::nn::Module& root = *trial.model().module();
  if (!train_own_modules(root)) return Verdict::not_applicable("every module is LibTorch's own");
  const std::string reason = reason_to_differ(trial);
  if (!reason.empty()) return Verdict::not_applicable(reason);
  return agree(trial, {"in evaluation", "in training, dropouts and norms apart", [&](DType dtype) {
                         const TwinScope twin(trial, dtype);
                         root.eval();
                         const Outputs expected = run(trial, dtype, trial.tested().seed);
                         train_own_modules(root);
                         Outputs actual = run(trial, dtype, trial.tested().seed);
                         root.eval();
                         return std::pair<Outputs, Outputs>(expected, std::move(actual));
                       }});
}

Verdict check_keeps_modes(Trial& trial) {
  const Model& model = trial.model();
  const torch::nn::Module& root = *model.module();
  for (const bool training : {true, false}) {
    model.train(training);
    const std::vector<bool> before = modes_of(root);
    trial.forward(trial.inputs());
    const std::vector<bool> after = modes_of(root);
    const auto changed = std::mismatch(before.begin(), before.end(), after.begin(), after.end());
    if (changed.first == before.end() || changed.second == after.end()) continue;
    const auto names = root.named_modules();
    const std::string& key = names[static_cast<std::size_t>(changed.first - before.begin())].key();
    const std::string name = key.empty() ? "the subject" : key;
    return failure("switched", key,
                   std::string("a forward switches ") + name + " from " +
                       mode_name(*changed.first) + " to " + mode_name(*changed.second));
  }
  return Verdict::holds();
}

Verdict check_buffers_keep_no_graph(Trial& trial) {
  const Model& model = trial.model();
  model.train(true);
  trial.forward_with_grad(trial.inputs());
  for (const NamedTensor& buffer : model.buffers()) {
    if (buffer.tensor.is_leaf()) continue;
    return failure("keeps the graph", buffer.name,
                   "after a forward in training the buffer " + buffer.name +
                       " hangs on the graph that made it: memory grows with every step");
  }
  return Verdict::holds();
}

Verdict check_buffers_apart(Trial& trial) {
  // As the factory gives it: a conversion to another dtype would part them.
  const Model model = Model::untouched(trial.contract().data().subject, trial.tested());
  for (const NamedTensor& buffer : model.buffers()) {
    for (const NamedTensor& parameter : model.parameters()) {
      if (!shares_memory(buffer.tensor, parameter.tensor)) continue;
      return failure("shared", buffer.name,
                     "the buffer " + buffer.name + " has the memory of the parameter " +
                         parameter.name + ": training one writes to the other");
    }
  }
  return Verdict::holds();
}

}  // namespace gradgrind
