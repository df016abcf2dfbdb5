#include "properties/groups/accumulation.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros_like.h>
#include <c10/util/Exception.h>
#include <torch/nn/module.h>
#include <torch/optim/adam.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "properties/compare.h"
#include "properties/groups/batch_relations.h"
#include "properties/groups/support.h"
#include "properties/tolerance.h"

namespace gradgrind {
namespace {

using Rows = std::vector<std::int64_t>;

at::Tensor selected(const at::Tensor& tensor, std::int64_t axis, const Rows& rows) {
  if (axis < 0 || axis >= tensor.dim()) return tensor;
  return tensor.index_select(axis, at::tensor(rows, at::kLong).to(tensor.device()));
}

Inputs rows_of_targets(const Trial& trial, const Inputs& targets, const Rows& rows) {
  const ContractData& data = trial.contract().data();
  Inputs result = targets;
  for (std::size_t i = 0; i < result.count(); ++i) {
    const std::int64_t axis =
        axis_of(ShapeExpr::parse(data.targets[i].second.shape), trial.tested().dims, data.batch);
    for (at::Tensor& tensor : result.slots()[i].tensors) tensor = selected(tensor, axis, rows);
  }
  return result;
}

// The loss of some rows of a batch.
class BatchLoss {
 public:
  BatchLoss(Trial& trial, std::vector<at::Tensor> teacher)
      : trial_(trial), teacher_(std::move(teacher)), axes_(output_batch_axes(trial)) {}

  at::Tensor operator()(const Inputs& inputs, const Rows& rows, DType dtype) const {
    const Outputs outputs = trial_.forward_with_grad(rows_of(trial_, inputs, rows));
    std::vector<at::Tensor> teacher;
    for (std::size_t i = 0; i < teacher_.size() && i < axes_.size(); ++i) {
      teacher.push_back(selected(teacher_[i], axes_[i], rows));
    }
    const Inputs targets = converted(trial_.targets(), dtype);
    return loss_of(trial_, outputs, rows_of_targets(trial_, targets, rows), teacher);
  }

 private:
  Trial& trial_;
  std::vector<at::Tensor> teacher_;
  std::vector<std::int64_t> axes_;
};

// How the losses of two parts make that of the whole.
struct Composition {
  const char* name;
  double first;
  double second;
};

struct Parts {
  Rows all;
  Rows first;
  Rows second;

  std::vector<Composition> compositions() const {
    const auto share = [&](const Rows& rows) {
      return static_cast<double>(rows.size()) / static_cast<double>(all.size());
    };
    return {{"mean", share(first), share(second)}, {"sum", 1, 1}};
  }
};

Parts parts_of(const Trial& trial) {
  Parts parts;
  parts.all.resize(static_cast<std::size_t>(batch_size(trial)));
  std::iota(parts.all.begin(), parts.all.end(), 0);
  const auto cut = static_cast<std::ptrdiff_t>(1 + trial.seed("cut") % (parts.all.size() - 1));
  parts.first.assign(parts.all.begin(), parts.all.begin() + cut);
  parts.second.assign(parts.all.begin() + cut, parts.all.end());
  return parts;
}

Inputs all_redrawn(const Trial& trial, std::uint64_t seed) {
  Inputs inputs = trial.inputs();
  for (std::size_t i = 0; i < inputs.count(); ++i) {
    inputs.slots()[i] = inputs_with_redrawn(trial, i, seed).slots()[i];
  }
  return inputs;
}

constexpr std::uint64_t kRedraws = 4;

// Whether the loss composes, on these inputs and on others: equal rows would fit any weights.
bool composes(Trial& trial, const BatchLoss& loss, const Parts& parts, const Composition& how) {
  const TwinScope twin(trial, DType::float64);
  const at::NoGradGuard no_grad;
  for (std::uint64_t redraw = 0; redraw <= kRedraws; ++redraw) {
    const Inputs drawn = redraw == 0 ? trial.inputs() : all_redrawn(trial, redraw);
    const Inputs inputs = converted(drawn, DType::float64);
    const auto value = [&](const Rows& rows) {
      return loss(inputs, rows, DType::float64).item<double>();
    };
    const double whole = value(parts.all);
    const double first = how.first * value(parts.first);
    const double second = how.second * value(parts.second);
    const double largest = std::max({std::abs(whole), std::abs(first), std::abs(second)});
    const double bound = 64 * rounding_bound(static_cast<double>(parts.all.size()) + 16,
                                             unit_roundoff(DType::float64), largest);
    if (!(std::abs(whole - first - second) <= bound)) return false;
  }
  return true;
}

std::vector<NamedTensor> gradients(const Model& model) {
  std::vector<NamedTensor> result;
  for (const NamedTensor& parameter : model.parameters()) {
    if (!parameter.tensor.requires_grad()) continue;
    const at::Tensor& gradient = parameter.tensor.grad();
    result.push_back({"d/d " + parameter.name,
                      gradient.defined() ? gradient.clone() : at::zeros_like(parameter.tensor)});
  }
  return result;
}

Outputs tensors_of(const std::vector<NamedTensor>& named) {
  Outputs outputs;
  for (const NamedTensor& entry : named) {
    outputs.tensors.push_back(entry.tensor);
    outputs.paths.push_back(entry.name);
  }
  return outputs;
}

}  // namespace

Verdict check_accumulation(Trial& trial) {
  if (auto verdict = unless_rows(trial, 2)) return *verdict;
  if (batched(trial, trial.outputs()).count() != trial.outputs().count()) {
    return Verdict::not_applicable("an output has no batch dim");
  }
  if (trial.probe().refuses_float64) {
    return Verdict::not_applicable("probed: the subject does not run in float64");
  }
  const BatchLoss loss(trial, teacher_outputs(trial));
  const Parts parts = parts_of(trial);
  const Model& model = trial.model();
  std::vector<std::string> names;
  for (const Composition& how : parts.compositions()) {
    const auto in = [&](DType dtype) {
      const TwinScope twin(trial, dtype);
      const Inputs inputs = converted(trial.inputs(), dtype);
      const auto backward = [&](const Rows& rows, double weight) {
        const at::Tensor value = loss(inputs, rows, dtype);
        if (value.defined() && value.requires_grad()) run_backward(value * weight);
      };
      model.zero_grad();
      backward(parts.all, 1);
      const std::vector<NamedTensor> whole = gradients(model);
      model.zero_grad();
      backward(parts.first, how.first);
      backward(parts.second, how.second);
      const std::vector<NamedTensor> accumulated = gradients(model);
      names.clear();
      for (const NamedTensor& entry : whole) names.push_back(entry.name);
      return std::pair<Outputs, Outputs>(tensors_of(whole), tensors_of(accumulated));
    };
    in(trial.tested().dtype);
    if (names.empty()) return Verdict::not_applicable("probed: no parameter is trainable");
    Verdict verdict =
        agree(trial, {"over the whole batch", "accumulated over two parts of it", in, names});
    if (!verdict.is_failure()) return verdict;
    try {
      if (!composes(trial, loss, parts, how)) continue;
    } catch (const c10::Error&) {
      continue;
    }
    verdict.evidence.message += std::string("; the loss of the batch is the ") + how.name +
                                (how.first == 1 ? "" : ", weighted by rows,") +
                                " of the parts' losses";
    return verdict;
  }
  return Verdict::discarded("the loss of a batch is neither the mean nor the sum of its rows'");
}

std::string without_frozen_parts(const Contract& contract) {
  return contract.data().frozen.empty() ? "no part is declared frozen" : "";
}

Verdict check_frozen_parts(Trial& trial) {
  constexpr int kSteps = 2;
  const std::vector<at::Tensor> teacher = teacher_outputs(trial);
  Model& model = trial.model();
  model.train(true);
  torch::optim::Adam optimizer(model.module()->parameters(),
                               torch::optim::AdamOptions(0.01).weight_decay(0.1));
  const std::vector<NamedTensor> before = model.snapshot();
  for (int step = 0; step < kSteps; ++step) {
    model.zero_grad();
    const Outputs outputs = trial.forward_with_grad(trial.inputs());
    const at::Tensor loss = loss_of(trial, outputs, trial.targets(), teacher);
    if (loss.defined() && loss.requires_grad()) run_backward(loss);
    optimizer.step();
  }
  const std::size_t parameters = model.parameters().size();
  const std::vector<NamedTensor> after = model.state();
  for (std::size_t i = 0; i < after.size() && i < before.size(); ++i) {
    const auto& [name, tensor] = after[i];
    if (!is_frozen(trial.contract(), name) || same_bits(before[i].tensor, tensor)) continue;
    const std::string worst =
        worst_text(name, before[i].tensor, "before", tensor, "after two steps");
    if (i < parameters) {
      return failure("trained", name, name + " is declared frozen, and training changes it", worst);
    }
    return failure("drifts", name,
                   "the buffer " + name +
                       " belongs to a frozen part, and forwards in training "
                       "move it: keep that part in evaluation mode",
                   worst);
  }
  return Verdict::holds();
}

}  // namespace gradgrind
