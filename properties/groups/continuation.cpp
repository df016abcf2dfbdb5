#include "properties/groups/continuation.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>

#include <algorithm>
#include <memory>

#include "properties/groups/axes.h"
#include "properties/groups/support.h"
#include "properties/journal.h"
#include "properties/tolerance.h"

namespace gradgrind {
namespace {

std::size_t position_of(const std::vector<std::pair<std::string, Domain>>& declared,
                        const std::string& name) {
  std::size_t position = 0;
  while (declared[position].first != name) ++position;
  return position;
}

// Each output along the sequence in one piece again; of the others what the second piece left.
Outputs joined(const Trial& trial, const Outputs& first, const Outputs& second) {
  const std::string& sequence = trial.contract().data().sequence;
  Outputs whole = second;
  for (std::size_t i = 0; i < whole.count(); ++i) {
    const std::vector<std::string> axes = output_axes(trial, i);
    const auto axis = std::find(axes.begin(), axes.end(), sequence);
    if (axis != axes.end()) whole.tensors[i] = at::cat({first[i], second[i]}, axis - axes.begin());
  }
  return whole;
}

std::vector<std::int64_t> positions_between(std::int64_t first, std::int64_t last) {
  std::vector<std::int64_t> positions;
  for (std::int64_t i = first; i < last; ++i) positions.push_back(i);
  return positions;
}

// What has no axis of the sequence tells nothing about one position alone.
bool is_state_or_sequence(const Trial& trial, std::size_t output) {
  const ContractData& data = trial.contract().data();
  const std::vector<std::string> axes = output_axes(trial, output);
  if (std::find(axes.begin(), axes.end(), data.sequence) != axes.end()) return true;
  return std::any_of(data.states.begin(), data.states.end(),
                     [&](const auto& state) { return state.second == data.outputs[output].first; });
}

Outputs comparable(const Trial& trial, const Outputs& outputs) {
  Outputs kept;
  for (std::size_t i = 0; i < outputs.count(); ++i) {
    if (!is_state_or_sequence(trial, i)) continue;
    kept.tensors.push_back(outputs[i]);
    kept.paths.push_back(outputs.paths[i]);
  }
  return kept;
}

std::vector<std::string> comparable_names(const Trial& trial) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < trial.contract().data().outputs.size(); ++i) {
    if (is_state_or_sequence(trial, i)) names.push_back(trial.output_name(i));
  }
  return names;
}

// Parameters and buffers of the subject, put into another version; what does not fit.
std::string hand_over(const Model& from, const Model& to) {
  const std::vector<NamedTensor> given = from.snapshot();
  const std::vector<NamedTensor> own = to.state();
  for (const NamedTensor& entry : given) {
    const auto found = std::find_if(
        own.begin(), own.end(), [&](const NamedTensor& other) { return other.name == entry.name; });
    if (found == own.end()) return "the other version has no " + entry.name;
    if (found->tensor.sizes() != entry.tensor.sizes()) {
      return entry.name + " has another shape in the other version";
    }
    at::Tensor tensor = found->tensor;
    const at::NoGradGuard no_grad;
    tensor.copy_(entry.tensor);
  }
  return {};
}

}  // namespace

std::string without_carried_state(const Contract& contract) {
  return contract.data().states.empty() ? "no state is carried, .carries_state(\"h0\", \"h\")" : "";
}

Verdict check_carried_state(Trial& trial) {
  if (auto verdict = unless_deterministic(trial)) return *verdict;
  const ContractData& data = trial.contract().data();
  const std::string reason = bound_to(trial, data.sequence);
  if (!reason.empty()) return Verdict::not_applicable(reason);
  const std::int64_t size = trial.tested().dims[data.sequence];
  if (size < 2) return Verdict::discarded("a sequence of one position cannot be cut");
  const std::int64_t cut =
      1 + static_cast<std::int64_t>(trial.seed("cut") % static_cast<std::uint64_t>(size - 1));
  const auto in = [&](DType dtype) {
    const auto piece = [&](std::int64_t first, std::int64_t last) {
      return taken(trial, converted(trial.inputs(), dtype), data.sequence,
                   positions_between(first, last));
    };
    const Outputs first = trial.forward_in(dtype, piece(0, cut));
    Inputs rest = piece(cut, size);
    for (const auto& [input, output] : data.states) {
      rest[input] = first[position_of(data.outputs, output)];
    }
    const Outputs second = trial.forward_in(dtype, rest);
    const Outputs whole = trial.forward_in(dtype, trial.inputs());
    return std::pair<Outputs, Outputs>(comparable(trial, whole),
                                       comparable(trial, joined(trial, first, second)));
  };
  return agree(trial, {"in one piece",
                       "cut after " + std::to_string(cut) + " of " + std::to_string(size) +
                           " positions, the state handed over",
                       in, comparable_names(trial)});
}

std::string without_version(const Contract& contract) {
  return contract.data().version == nullptr ? "no other version is given" : "";
}

Verdict check_other_version(Trial& trial) {
  if (auto verdict = unless_deterministic(trial)) return *verdict;
  const Model other(*trial.contract().data().version, trial.tested());
  const std::string misfit = hand_over(trial.model(), other);
  if (!misfit.empty()) return failure("missing", "", misfit);
  const auto by_other = [&](DType dtype) {
    Model twin(*trial.contract().data().version, trial.tested());
    hand_over(trial.model(), twin);
    twin.convert(dtype);
    const at::NoGradGuard no_grad;
    const Phase phase("forward");
    return twin.forward(converted(trial.inputs(), dtype), trial.tested().seed);
  };
  return agree(trial, {"by the subject", "by the other version", [&](DType dtype) {
                         Outputs expected = trial.forward_in(dtype, trial.inputs());
                         return std::pair<Outputs, Outputs>(std::move(expected), by_other(dtype));
                       }});
}

}  // namespace gradgrind
