// What is no case of the contract is refused in words, and leaves nothing behind.
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>

#include <algorithm>
#include <functional>

#include "properties/compare.h"
#include "properties/groups/axes.h"
#include "properties/groups/far_ids.h"
#include "properties/groups/groups.h"
#include "properties/groups/support.h"
#include "properties/law_names.h"

namespace gradgrind {
namespace {

// -- Wrong tensors leave nothing behind -----------------------------------------------------------

at::Tensor one_rank_more(const at::Tensor& x) { return x.unsqueeze(0); }
at::Tensor flat(const at::Tensor& x) { return x.reshape({-1}); }
at::Tensor one_column_more(const at::Tensor& x) {
  return x.dim() == 0 ? x.reshape({1}) : at::cat({x, x.narrow(-1, 0, 1)}, -1);
}
at::Tensor another_dtype(const at::Tensor& x) {
  return x.to(x.is_floating_point() ? at::kLong : at::kFloat);
}

struct Wrong {
  const char* what;
  at::Tensor (*make)(const at::Tensor&);
};

constexpr Wrong kWrongs[] = {{"another rank", one_rank_more},
                             {"another rank", flat},
                             {"another size", one_column_more},
                             {"another dtype", another_dtype}};

Verdict check_survives(Trial& trial) {
  if (auto verdict = unless_deterministic(trial)) return *verdict;
  const Outputs expected = trial.outputs();
  const std::vector<NamedTensor> before = trial.model().snapshot();
  const std::size_t position = trial.seed("wrong input") % trial.inputs().count();
  for (const Wrong& wrong : kWrongs) {
    Inputs inputs = trial.inputs();
    Inputs::Slot& slot = inputs.slots()[position];
    for (at::Tensor& tensor : slot.tensors) {
      if (tensor.defined() && tensor.numel() > 0) tensor = wrong.make(tensor);
    }
    if (!is_refused([&] { trial.forward(inputs); })) continue;
    const std::string after = "after " + slot.name + " of " + wrong.what + " was refused";
    const std::vector<NamedTensor> state = trial.model().state();
    for (std::size_t i = 0; i < before.size() && i < state.size(); ++i) {
      if (same_bits(before[i].tensor, state[i].tensor)) continue;
      return failure("state changed", state[i].name, state[i].name + " is another " + after,
                     worst_text(state[i].name, before[i].tensor, "before", state[i].tensor, after));
    }
    if (auto verdict =
            bits_differ(trial, expected, "before", trial.forward(trial.inputs()), after)) {
      return *verdict;
    }
  }
  return Verdict::holds();
}

// -- Sizes that the weights do not have -----------------------------------------------------------

bool has_weight_of_size(const Model& model, std::int64_t size) {
  const std::vector<NamedTensor> parameters = model.parameters();
  return std::any_of(parameters.begin(), parameters.end(), [&](const NamedTensor& entry) {
    const at::IntArrayRef sizes = entry.tensor.sizes();
    return std::find(sizes.begin(), sizes.end(), size) != sizes.end();
  });
}

// What it keeps indices of picks its columns: what else there is was never its business.
bool picks_by_index(const Model& model, std::int64_t size) {
  const std::vector<NamedTensor> buffers = model.buffers();
  return std::any_of(buffers.begin(), buffers.end(), [&](const NamedTensor& entry) {
    const at::IntArrayRef sizes = entry.tensor.sizes();
    return entry.tensor.scalar_type() == at::kLong &&
           std::find(sizes.begin(), sizes.end(), size) != sizes.end();
  });
}

// The inputs with one position more along each axis of that name. Other dims that hang on it stay.
Inputs one_more_along(const Trial& trial, Inputs inputs, const std::string& dim) {
  for (std::size_t i = 0; i < inputs.count(); ++i) {
    const std::vector<std::string> axes = input_axes(trial, i);
    for (at::Tensor& tensor : inputs.slots()[i].tensors) {
      for (std::size_t axis = 0; axis < axes.size(); ++axis) {
        if (axes[axis] != dim || !tensor.defined()) continue;
        const auto along = static_cast<std::int64_t>(axis);
        tensor = at::cat({tensor, tensor.narrow(along, 0, 1)}, along);
      }
    }
  }
  return inputs;
}

Verdict check_refuses_sizes(Trial& trial) {
  const Inputs inputs = trial.inputs();
  bool is_bound = false;
  for (std::size_t i = 0; i < inputs.count(); ++i) {
    for (const std::string& dim : input_axes(trial, i)) {
      if (!trial.is_built_from(dim)) continue;
      is_bound = true;
      const std::int64_t size = trial.tested().dims[dim];
      // A single one is broadcast, by design or not.
      if (size < 2 || !has_weight_of_size(trial.model(), size)) continue;
      if (picks_by_index(trial.model(), size)) continue;
      const Inputs larger = one_more_along(trial, inputs, dim);
      if (is_refused([&] { trial.forward(larger); })) continue;
      return failure("accepted", inputs.slots()[i].name,
                     "built for " + dim + " = " + std::to_string(size) +
                         ", with weights of that size, the subject takes inputs of one more and "
                         "says nothing");
    }
  }
  if (!is_bound) return Verdict::not_applicable("no axis of an input is one that it is built from");
  return Verdict::holds();
}

// -- Shapes that would broadcast ------------------------------------------------------------------

std::vector<at::Tensor> that_broadcast(const at::Tensor& tensor) {
  std::vector<at::Tensor> shapes = {tensor.unsqueeze(-1)};
  for (std::int64_t axis = 0; axis < tensor.dim(); ++axis) {
    if (tensor.size(axis) > 1) shapes.push_back(tensor.narrow(axis, 0, 1));
  }
  return shapes;
}

std::string without_declared_refusal(const Contract& contract) {
  for (const Law& law : contract.data().laws) {
    if (law.property == kRefusesBroadcast) return {};
  }
  return "no law of the contract says so";
}

Verdict check_refuses_broadcast(Trial& trial) {
  const ContractData& data = trial.contract().data();
  for (const Law& law : data.laws) {
    if (law.property != kRefusesBroadcast) continue;
    const auto& targets = data.targets;
    const bool is_target = std::any_of(targets.begin(), targets.end(), [&](const auto& target) {
      return target.first == law.input;
    });
    const at::NoGradGuard no_grad;
    Inputs given = is_target ? trial.targets() : trial.inputs();
    // A single element is the same in every shape.
    if (given[law.input].numel() < 2) return Verdict::discarded("a single element");
    for (const at::Tensor& tensor : that_broadcast(given[law.input])) {
      Inputs wrong = given;
      wrong[law.input] = tensor;
      const bool refused = is_refused([&] {
        is_target ? void(loss_of(trial, trial.outputs(), wrong, {})) : void(trial.forward(wrong));
      });
      if (refused) continue;
      return failure("accepted", law.input,
                     law.input + " of shape " + to_string(Shape(tensor.sizes().vec())) +
                         " instead of " + to_string(Shape(given[law.input].sizes().vec())) +
                         " is broadcast without a word");
    }
  }
  return Verdict::holds();
}

}  // namespace

Suite failure_group() {
  Suite suite;
  Property& survives = add(suite, "a_refusal_leaves_no_trace",
                           "after an input of wrong rank, size or dtype was refused, state and "
                           "outputs are as before",
                           ToleranceClass::exact, nullptr, check_survives);
  survives.cost = 8;
  survives.cases = 20;
  Property& sizes =
      add(suite, "refuses_sizes_it_was_not_built_for",
          "an input larger than the weights along a dim that they have is refused in words",
          ToleranceClass::structure, without_module, check_refuses_sizes);
  sizes.cases = 20;
  sizes.cost = 2;
  Property& ids = add(suite, "refuses_ids_out_of_range",
                      "ids and labels far beyond what there is are refused in words",
                      ToleranceClass::structure, without_ids, check_refuses_ids);
  ids.cases = 10;
  ids.cost = 2;
  Property& broadcast =
      add(suite, kRefusesBroadcast, "what would broadcast is refused in words",
          ToleranceClass::structure, without_declared_refusal, check_refuses_broadcast);
  broadcast.cases = 20;
  broadcast.cost = 4;
  return labelled("failure modes", std::move(suite));
}

}  // namespace gradgrind
