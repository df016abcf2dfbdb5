#include "properties/mutation/comparison.h"

#include <algorithm>
#include <optional>
#include <stdexcept>

#include "properties/compare.h"
#include "properties/groups/support.h"
#include "properties/journal.h"

namespace gradgrind {
namespace {

using Everything = std::vector<at::Tensor>;

// The journal's marks, by which a supervisor sees a forward that does not end.
struct Running {
  Running() { journal_case_begins(journal().case_index); }
  ~Running() { journal_case_ends(); }
};

bool are_the_same(const Everything& a, const Everything& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const at::Tensor& x, const at::Tensor& y) {
                      return x.defined() == y.defined() && (!x.defined() || same_bits(x, y));
                    });
}

bool has_gradient(const Outputs& outputs) {
  return std::any_of(outputs.tensors.begin(), outputs.tensors.end(), [](const at::Tensor& output) {
    return output.defined() && output.is_floating_point() && output.requires_grad();
  });
}

std::optional<Everything> everything_or_error(Runner& runner, const Case& a_case, bool in_training,
                                              const std::shared_ptr<ForwardHook>& hook) {
  try {
    return everything_of(runner, a_case, in_training, hook);
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

// Whether all cases come out the same with `hook` as without; nothing counts where a case fails
// without it.
bool changes_nothing(Runner& runner, const std::vector<Case>& cases,
                     const std::shared_ptr<ForwardHook>& hook) {
  for (const Case& a_case : cases) {
    for (const bool in_training : {false, true}) {
      const auto own = everything_or_error(runner, a_case, in_training, nullptr);
      if (!own.has_value()) continue;
      const auto mutated = everything_or_error(runner, a_case, in_training, hook);
      if (!mutated.has_value() || !are_the_same(*own, *mutated)) return false;
    }
  }
  return true;
}

std::shared_ptr<Mutator> mutator(const PlacedMutation& placed, Mutator::Mode mode) {
  return std::make_shared<Mutator>(placed.site, *placed.mutation, mode);
}

}  // namespace

std::vector<at::Tensor> everything_of(Runner& runner, const Case& a_case, bool in_training,
                                      const std::shared_ptr<ForwardHook>& hook) {
  const Probe& probe = runner.probe();
  const Running running;
  Trial trial(runner.contract(), a_case, runner.pool(), probe);
  trial.model().train(in_training);
  const bool is_differentiable = runner.contract().data().undifferentiable.empty();
  const Inputs inputs = is_differentiable ? differentiable_inputs(trial) : trial.inputs();
  Outputs outputs;
  {
    std::optional<ForwardHookScope> scope;
    if (hook != nullptr) scope.emplace(hook);
    outputs = is_differentiable ? trial.forward_with_grad(inputs) : trial.forward(inputs);
  }
  Everything everything = outputs.tensors;
  if (is_differentiable && has_gradient(outputs)) run_backward(weighted_sum(outputs));
  for (const Inputs::Slot& slot : inputs.slots()) {
    for (const at::Tensor& tensor : slot.tensors) {
      everything.push_back(tensor);
      everything.push_back(tensor.defined() ? tensor.grad() : tensor);
    }
  }
  for (const NamedTensor& entry : trial.model().state()) {
    everything.push_back(entry.tensor.detach().clone());
    everything.push_back(entry.tensor.grad());
  }
  return everything;
}

std::string why_unviable(Runner& runner, const std::vector<Case>& cases,
                         const PlacedMutation& placed) {
  const auto hook = mutator(placed, Mutator::Mode::mutate);
  bool acts = false;
  for (const Case& a_case : cases) {
    for (const bool in_training : {false, true}) {
      const auto mutated = everything_or_error(runner, a_case, in_training, hook);
      const bool has_acted = hook->has_acted();
      if (has_acted && mutated.has_value()) return {};
      acts = acts || has_acted;
    }
  }
  return acts ? "throws wherever it acts" : "acts in no case";
}

Equivalence equivalence_of(Runner& runner, const std::vector<Case>& cases,
                           const PlacedMutation& placed) {
  if (!changes_nothing(runner, cases, mutator(placed, Mutator::Mode::mutate))) return {};
  Equivalence equivalence;
  equivalence.changes_nothing = true;
  if (changes_nothing(runner, cases, mutator(placed, Mutator::Mode::spoil))) {
    equivalence.reason = "nothing depends on its result";
  } else if (placed.mutation->same_results_prove != nullptr) {
    const auto comparing = mutator(placed, Mutator::Mode::compare);
    if (changes_nothing(runner, cases, comparing) && comparing->results_are_the_same()) {
      equivalence.reason = placed.mutation->same_results_prove;
    }
  }
  return equivalence;
}

}  // namespace gradgrind
