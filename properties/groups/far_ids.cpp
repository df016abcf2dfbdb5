#include "properties/groups/far_ids.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <string_view>

#include "gradgrind/generators/error.h"
#include "gradgrind/properties/observation.h"
#include "properties/groups/support.h"

namespace gradgrind {
namespace {

// Farther beyond than any row of padding or of unknown words that a table has besides.
constexpr std::int64_t kFarBeyond = 1000000;

bool holds_ids(const Domain& domain) {
  return domain.meaning == Meaning::ids || domain.meaning == Meaning::labels;
}

Verdict accepted(const std::string& name) {
  return failure("accepted", name,
                 name + " of ids far beyond what there is, a million, is taken without a word");
}

// `inputs` with every element of slot `position` far beyond; nothing where it has none.
std::optional<Inputs> far_beyond(Inputs inputs, std::size_t position) {
  std::int64_t count = 0;
  for (at::Tensor& tensor : inputs.slots()[position].tensors) {
    if (!tensor.defined()) continue;
    count += tensor.numel();
    tensor = tensor * 0 + kFarBeyond;
  }
  if (count == 0) return std::nullopt;
  return inputs;
}

// Whether other ids of the domain change some output: one that is dropped is looked up nowhere.
bool matters(Trial& trial, std::size_t position) {
  constexpr std::uint64_t kDraws = 4;
  for (std::uint64_t draw = 0; draw < kDraws; ++draw) {
    const Outputs other = trial.forward(inputs_with_redrawn(trial, position, draw));
    if (bits_differ(trial, trial.outputs(), "", other, "")) return true;
  }
  return false;
}

// An id that comes out as it went in is handed on in plain sight.
bool hands_on(const Outputs& outputs) {
  return std::any_of(outputs.tensors.begin(), outputs.tensors.end(), [](const at::Tensor& output) {
    return output.scalar_type() == at::kLong && output.eq(kFarBeyond).any().item<bool>();
  });
}

// Whether `call` looks something up: where labels are only compared, as by an accuracy, one that
// does not exist is one that is never met.
bool looks_up(const std::function<void()>& call) {
  constexpr std::string_view kLookUps[] = {
      "aten::embedding", "aten::gather", "aten::index",    "aten::nll_loss",
      "aten::scatter",   "aten::take",   "aten::ctc_loss", "aten::multi_margin_loss"};
  const Trace trace = observe({}, call);
  return std::any_of(trace.calls.begin(), trace.calls.end(), [&](const OperatorCall& operation) {
    return std::any_of(std::begin(kLookUps), std::end(kLookUps), [&](std::string_view look_up) {
      return operation.name.rfind(look_up, 0) == 0;
    });
  });
}

}  // namespace

std::string without_ids(const Contract& contract) {
  const ContractData& data = contract.data();
  for (const auto* declared : {&data.signature.inputs, &data.targets}) {
    for (const auto& [name, domain] : *declared) {
      if (holds_ids(domain)) return {};
    }
  }
  return "no input and no target holds ids or labels";
}

bool is_refused(const std::function<void()>& call) {
  try {
    call();
    return false;
  } catch (const UsageError&) {
    throw;
  } catch (const std::exception&) {
    return true;
  }
}

Verdict check_refuses_ids(Trial& trial) {
  const ContractData& data = trial.contract().data();
  const bool subject_looks_up = looks_up([&] { trial.forward(trial.inputs()); });
  for (std::size_t i = 0; i < data.signature.inputs.size(); ++i) {
    if (!holds_ids(data.signature.inputs[i].second) || !subject_looks_up) continue;
    const std::optional<Inputs> wrong = far_beyond(trial.inputs(), i);
    if (!wrong.has_value()) continue;
    Outputs outputs;
    if (is_refused([&] { outputs = trial.forward(*wrong); })) continue;
    if (hands_on(outputs) || !matters(trial, i)) continue;
    return accepted(data.signature.inputs[i].first);
  }
  for (std::size_t i = 0; i < data.targets.size(); ++i) {
    if (!holds_ids(data.targets[i].second)) continue;
    const std::optional<Inputs> wrong = far_beyond(trial.targets(), i);
    if (!wrong.has_value()) continue;
    const at::NoGradGuard no_grad;
    const auto loss = [&](const Inputs& targets) { loss_of(trial, trial.outputs(), targets, {}); };
    if (!looks_up([&] { loss(trial.targets()); })) continue;
    if (!is_refused([&] { loss(*wrong); })) return accepted(data.targets[i].first);
  }
  return Verdict::holds();
}

}  // namespace gradgrind
