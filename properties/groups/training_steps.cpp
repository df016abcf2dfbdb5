#include "properties/groups/training_steps.h"

#include <ATen/TensorOperators.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "properties/compare.h"
#include "properties/groups/axes.h"
#include "properties/groups/far_ids.h"
#include "properties/groups/support.h"
#include "properties/groups/training_run.h"
#include "properties/tolerance.h"

namespace gradgrind {
namespace {

// Where float64 is promised it is tried there, where nearly no step is rounded away.
bool is_too_coarse(const Trial& trial) {
  const auto& dtypes = trial.contract().space().signature().dtypes;
  const bool has_float64 = std::find(dtypes.begin(), dtypes.end(), DType::float64) != dtypes.end();
  return has_float64 && trial.tested().dtype != DType::float64;
}

constexpr int kSteps = 8;  // Some let several batches make one step of the optimizer.
constexpr int kLongRun = 50;
constexpr double kLeastRate = 1e-6;
constexpr std::uint64_t kDraws = 4;

std::string without_training_step(const Contract& contract) {
  return contract.data().training_step == nullptr
             ? "no training step is given, .training_step(factory)"
             : "";
}

std::string without_batched_step(const Contract& contract) {
  return first_reason({without_training_step(contract), without_batch(contract)});
}

Verdict check_step_trains(Trial& trial) {
  if (is_too_coarse(trial)) return Verdict::discarded("float64 rounds fewer steps away");
  Training training(trial);
  const std::vector<NamedTensor> state = training.model().state();
  const std::vector<NamedTensor> parameters = training.model().parameters();
  const SeenGradients seen(parameters);
  std::vector<bool> changed(state.size());
  for (int step = 0; step < kSteps; ++step) {
    const std::vector<NamedTensor> before = training.model().snapshot();
    training.step(batch_of(trial));
    for (std::size_t i = 0; i < state.size(); ++i) {
      changed[i] = changed[i] || !same_bits(before[i].tensor, state[i].tensor.detach());
    }
  }
  const double roundoff = unit_roundoff(trial.tested().dtype);
  for (std::size_t i = 0; i < state.size(); ++i) {
    const auto& [name, tensor] = state[i];
    const bool frozen = is_frozen(trial.contract(), name);
    if (frozen && changed[i]) {
      return failure("changed", name, name + " is declared frozen and changes in training steps");
    }
    const bool should_change = !frozen && i < parameters.size() && tensor.requires_grad() &&
                               seen.of(i) * kLeastRate > largest_of(tensor) * roundoff;
    if (!should_change || changed[i]) continue;
    return failure("unchanged", name,
                   fmt::format("{} gets a gradient, and is the same after {} training steps: is "
                               "the optimizer given it?",
                               name, kSteps));
  }
  return Verdict::holds();
}

Verdict check_step_forgets(Trial& trial) {
  const std::vector<Batch> batches = {given(trial), another(trial)};
  const Trained plain = trained(trial, batches);
  if (!first_other(plain, trained(trial, batches)).empty()) {
    return Verdict::discarded("equal runs differ: see equal_training_steps_agree");
  }
  const std::string other = first_other(plain, trained(trial, batches, /*clears=*/true));
  if (other.empty()) return Verdict::holds();
  return failure("adds up", other,
                 "where the gradients of the first step are cleared before the second, " + other +
                     " is another after it: a step adds to what the step before it left");
}

Verdict check_step_follows_batch(Trial& trial) {
  const Trained plain = trained(trial, {given(trial), given(trial)});
  const Inputs original = batch_of(trial);
  for (std::size_t i = 0; i < original.count(); ++i) {
    bool was_drawn = false;
    bool matters = false;
    for (std::uint64_t draw = 0; draw < kDraws && !matters; ++draw) {
      const Batch other = [&] {
        Inputs batch = batch_of(trial);
        redraw(trial, i, draw, batch);
        return batch;
      };
      if (are_same(original.slots()[i], other().slots()[i])) continue;
      was_drawn = true;
      matters = !first_other(plain, trained(trial, {given(trial), other})).empty();
    }
    const std::string& name = original.slots()[i].name;
    if (!was_drawn) return Verdict::discarded("there are no other contents of " + name);
    if (matters) continue;
    return failure("ignored", name,
                   "other contents of " + name +
                       " in the second batch change neither its loss nor what its step does");
  }
  return Verdict::holds();
}

Verdict check_steps_agree(Trial& trial) {
  const std::vector<Batch> batches = {given(trial), another(trial), given(trial)};
  const std::string other = first_other(trained(trial, batches), trained(trial, batches));
  if (other.empty()) return Verdict::holds();
  return failure("differs", other,
                 other + " is another after equal training steps from equal states");
}

Verdict check_step_keeps_batch(Trial& trial) {
  Training training(trial);
  const Inputs batch = batch_of(trial);
  training.step(batch);
  const Inputs original = batch_of(trial);
  for (std::size_t i = 0; i < batch.count(); ++i) {
    if (are_same(original.slots()[i], batch.slots()[i])) continue;
    const std::string& name = batch.slots()[i].name;
    return failure("written", name, "a training step writes to " + name + " of its batch");
  }
  return Verdict::holds();
}

Verdict check_steps_descend(Trial& trial) {
  Training training(trial);
  const at::Tensor first = training.step(batch_of(trial));
  if (!first.defined()) return Verdict::not_applicable("probed: a step gives back no loss");
  const double start = first.item<double>();
  double lowest = INFINITY;
  for (int step = 1; step < kLongRun; ++step) {
    lowest = std::min(lowest, training.step(batch_of(trial)).item<double>());
    if (lowest < start) return Verdict::holds();
  }
  return failure("does not fall", "the loss",
                 fmt::format("in {} training steps on one batch the loss never falls below the "
                             "first",
                             kLongRun),
                 fmt::format("it is {:.9g} at first and {:.9g} at best", start, lowest));
}

Verdict check_empty_step(Trial& trial) {
  const std::string& dim = trial.contract().data().batch;
  const std::string reason = bound_to(trial, dim);
  if (!reason.empty()) return Verdict::not_applicable(reason);
  Inputs batch = batch_of(trial);
  for (std::size_t i = 0; i < batch.count(); ++i) {
    const std::int64_t axis =
        axis_of(trial.contract().space().shape_of(i), trial.tested().dims, dim);
    for (at::Tensor& tensor : batch.slots()[i].tensors) {
      if (axis >= 0 && axis < tensor.dim()) tensor = tensor.narrow(axis, 0, 0).contiguous();
    }
  }
  Dims dims = batch.dims();
  dims.sizes[dim] = 0;
  const Inputs empty(batch.slots(), std::move(dims), batch.parameters());
  Training training(trial);
  const std::vector<NamedTensor> before = training.model().snapshot();
  if (is_refused([&] { training.step(empty); })) return Verdict::holds();
  const std::vector<NamedTensor> after = training.model().state();
  for (std::size_t i = 0; i < before.size() && i < after.size(); ++i) {
    if (first_non_finite(before[i].tensor) >= 0) continue;
    if (first_non_finite(after[i].tensor.detach()) < 0) continue;
    return failure("non-finite", after[i].name,
                   after[i].name + " is NaN or infinite after a training step on no rows");
  }
  return Verdict::holds();
}

}  // namespace

void add_training_steps(Suite& suite) {
  struct Entry {
    const char* name;
    const char* claim;
    ToleranceClass tolerance;
    std::string (*ruled_out)(const Contract&);
    Verdict (*check)(Trial&);
    double steps;
  };
  constexpr Entry kEntries[] = {
      {"a_training_step_trains_what_has_a_gradient",
       "training steps change every parameter that gets a gradient, and nothing that is frozen",
       ToleranceClass::exact, without_training_step, check_step_trains, 8},
      {"a_training_step_forgets_older_gradients",
       "the gradients of one training step are not added to those of the next",
       ToleranceClass::exact, without_training_step, check_step_forgets, 6},
      {"a_training_step_follows_its_batch",
       "every input and target of a batch matters to the training step on it",
       ToleranceClass::exact, without_training_step, check_step_follows_batch, 10},
      {"equal_training_steps_agree",
       "from equal states, on equal batches and under one seed, training steps give the same bits",
       ToleranceClass::exact, without_training_step, check_steps_agree, 6},
      {"a_training_step_leaves_its_batch_alone",
       "a training step leaves the tensors of its batch as they were", ToleranceClass::exact,
       without_training_step, check_step_keeps_batch, 1},
      {"training_steps_lower_the_loss",
       "some training step on one batch has a loss below that of the first",
       ToleranceClass::direction, without_training_step, check_steps_descend, 50},
      {"a_training_step_survives_an_empty_batch",
       "a training step on a batch of no rows leaves every number finite, or is refused",
       ToleranceClass::exact, without_batched_step, check_empty_step, 1},
  };
  for (const Entry& entry : kEntries) {
    Property& property =
        add(suite, entry.name, entry.claim, entry.tolerance, entry.ruled_out, entry.check);
    property.cases = 20;
    property.cost = 3 * entry.steps;
    const bool needs_a_witness =
        entry.check == check_step_follows_batch || entry.check == check_steps_descend;
    if (needs_a_witness) property.quantifier = Quantifier::some;
  }
}

}  // namespace gradgrind
