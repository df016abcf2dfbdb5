#include "properties/groups/support.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/mse_loss.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <numeric>

#include "gradgrind/generators/source.h"
#include "gradgrind/properties/materialise.h"
#include "properties/compare.h"
#include "properties/journal.h"
#include "properties/watched_runs.h"

namespace gradgrind {
namespace {

std::int64_t rank_of_entry(const ShapeExpr::Entry& entry, const Dims& dims) {
  if (entry.dim.has_value()) return 1;
  const auto sizes = dims.variadic.find(entry.variadic);
  return sizes == dims.variadic.end() ? 0 : static_cast<std::int64_t>(sizes->second.size());
}

at::Tensor row_index(const std::vector<std::int64_t>& rows) {
  return at::tensor(rows, at::TensorOptions().dtype(at::kLong));
}

}  // namespace

Property& add(Suite& group, const char* name, const char* claim, ToleranceClass tolerance,
              std::string (*ruled_out)(const Contract&), Verdict (*check)(Trial&)) {
  Property property;
  property.name = name;
  property.claim = claim;
  property.tolerance = tolerance;
  if (ruled_out != nullptr) property.ruled_out = ruled_out;
  property.check = check;
  group.push_back(std::move(property));
  return group.back();
}

Suite labelled(const char* group, Suite properties) {
  for (Property& property : properties) property.group = group;
  return properties;
}

std::string without_module(const Contract& contract) {
  return contract.data().subject.kind == Subject::Kind::function ? "a function has no parameters"
                                                                 : "";
}

std::string without_batch(const Contract& contract) {
  return contract.data().batch.empty() ? "no batch dim is declared" : "";
}

std::string without_outputs(const Contract& contract) {
  return contract.data().outputs.empty() ? "no output is declared" : "";
}

std::string without_gradients(const Contract& contract) { return contract.data().undifferentiable; }

std::string without_trainable_module(const Contract& contract) {
  return first_reason({without_module(contract), without_gradients(contract)});
}

std::string without_mask(const Contract& contract) {
  for (const auto& [name, domain] : contract.data().signature.inputs) {
    if (!domain.masking.of.empty()) return {};
  }
  return "no input masks another one (.of(\"x\"))";
}

std::string first_reason(std::initializer_list<std::string> reasons) {
  for (const std::string& reason : reasons) {
    if (!reason.empty()) return reason;
  }
  return {};
}

std::optional<Verdict> unless_deterministic(const Trial& trial) {
  const std::string& declared = trial.contract().data().stochastic;
  if (!declared.empty()) return Verdict::not_applicable("declared stochastic: " + declared);
  if (trial.probe().random_in_evaluation) {
    return Verdict::not_applicable(
        "probed: two forwards in evaluation differ, see evaluation_ignores_the_seed and "
        "evaluation_is_pure");
  }
  return std::nullopt;
}

Verdict failure(const std::string& kind, const std::string& output, const std::string& message,
                const std::string& worst) {
  Evidence evidence;
  evidence.kind = kind;
  evidence.output = output;
  evidence.message = message;
  evidence.worst = worst;
  return Verdict::fails(std::move(evidence));
}

std::optional<Verdict> bits_differ(const Trial& trial, const Outputs& a, const std::string& when_a,
                                   const Outputs& b, const std::string& when_b) {
  const std::string structure = structural_difference(a, b);
  if (!structure.empty()) {
    return failure("wrong shape", "", when_b + " " + structure + ", as it has " + when_a);
  }
  for (std::size_t i = 0; i < a.count(); ++i) {
    if (same_bits(a[i], b[i])) continue;
    const std::string name = trial.output_name(i);
    return failure("differs", name, name + " " + when_b + " is not the same bits as " + when_a,
                   worst_text(name, a[i], when_a, b[i], when_b));
  }
  return std::nullopt;
}

std::int64_t axis_of(const ShapeExpr& shape, const Dims& dims, const std::string& name) {
  std::int64_t axis = 0;
  for (const ShapeExpr::Entry& entry : shape.entries()) {
    if (entry.dim.has_value() && entry.dim->text() == name) return axis;
    axis += rank_of_entry(entry, dims);
  }
  return -1;
}

std::vector<std::int64_t> input_batch_axes(const Trial& trial) {
  std::vector<std::int64_t> axes;
  const ContractData& data = trial.contract().data();
  for (std::size_t i = 0; i < data.signature.inputs.size(); ++i) {
    const bool is_partner = !data.signature.inputs[i].second.broadcasts_to.empty();
    axes.push_back(is_partner ? -1
                              : axis_of(trial.contract().space().shape_of(i), trial.tested().dims,
                                        data.batch));
  }
  return axes;
}

std::vector<std::int64_t> output_batch_axes(const Trial& trial) {
  std::vector<std::int64_t> axes;
  const ContractData& data = trial.contract().data();
  for (const auto& [name, domain] : data.outputs) {
    axes.push_back(axis_of(ShapeExpr::parse(domain.shape), trial.tested().dims, data.batch));
  }
  return axes;
}

std::int64_t batch_size(const Trial& trial) {
  return trial.tested().dims[trial.contract().data().batch];
}

Inputs rows_of(const Trial& trial, const Inputs& inputs, const std::vector<std::int64_t>& rows) {
  const std::vector<std::int64_t> axes = input_batch_axes(trial);
  const at::Tensor index = row_index(rows);
  // A forward may ask for the size of the batch.
  Dims dims = inputs.dims();
  dims.sizes[trial.contract().data().batch] = static_cast<std::int64_t>(rows.size());
  Inputs selected(inputs.slots(), std::move(dims), inputs.parameters());
  for (std::size_t i = 0; i < selected.count(); ++i) {
    if (axes[i] < 0) continue;
    for (at::Tensor& tensor : selected.slots()[i].tensors) {
      tensor = tensor.index_select(axes[i], index.to(tensor.device()));
    }
  }
  return selected;
}

Outputs rows_of(const Trial& trial, const Outputs& outputs, const std::vector<std::int64_t>& rows) {
  const std::vector<std::int64_t> axes = output_batch_axes(trial);
  const at::Tensor index = row_index(rows);
  Outputs selected;
  for (std::size_t i = 0; i < outputs.count() && i < axes.size(); ++i) {
    if (axes[i] < 0 || axes[i] >= outputs[i].dim()) continue;
    selected.tensors.push_back(outputs[i].index_select(axes[i], index.to(outputs[i].device())));
    selected.paths.push_back(outputs.paths[i]);
  }
  return selected;
}

Array redrawn(const Trial& trial, std::size_t position, std::size_t tensor, std::uint64_t seed) {
  const Case& tested = trial.tested();
  const Domain& domain = trial.contract().space().signature().inputs[position].second;
  const Array& old = tested.inputs[position].tensors[tensor].values;
  std::vector<std::int64_t> bounds;
  for (const std::string& bound : domain.content.bounds) {
    bounds.push_back(DimExpr::parse(bound).evaluate(tested.dims));
  }
  RandomSource source(mix(seed ^ trial.seed("redraw") ^ (position << 8) ^ tensor));
  const std::size_t content = source.below(domain.content.classes.size());
  Array values(old.dtype(), old.shape());
  domain.content.fill(source, content, bounds, values);
  if (domain.content.repair != nullptr) domain.content.repair(bounds, values);
  return values;
}

Inputs inputs_with_redrawn(const Trial& trial, std::size_t position, std::uint64_t seed) {
  Inputs inputs = trial.inputs();
  Inputs::Slot& slot = inputs.slots()[position];
  for (std::size_t tensor = 0; tensor < slot.tensors.size(); ++tensor) {
    TensorValue value = trial.tested().inputs[position].tensors[tensor];
    value.values = redrawn(trial, position, tensor, seed);
    value.layout = {};
    slot.tensors[tensor] = materialise(value);
  }
  return inputs;
}

at::Tensor loss_of(const Trial& trial, const Outputs& outputs, const Inputs& declared_targets,
                   const std::vector<at::Tensor>& teacher) {
  const Loss& declared = trial.contract().data().loss;
  if (declared != nullptr) {
    const at::Tensor loss = declared(outputs, declared_targets);
    if (!loss.defined() || loss.numel() != 1) {
      throw UsageError(
          ".loss(): gave back " +
          (loss.defined() ? "shape " + to_string(Shape(loss.sizes().vec())) : "no tensor") +
          "; it must be one number, reduce it, e.g. with .mean()");
    }
    return loss.reshape({});
  }
  at::Tensor total;
  for (std::size_t i = 0; i < outputs.count() && i < teacher.size(); ++i) {
    if (!outputs[i].is_floating_point()) continue;
    const at::Tensor loss = at::mse_loss(outputs[i], teacher[i].to(outputs[i].scalar_type()));
    total = total.defined() ? total + loss : loss;
  }
  return total;
}

std::vector<at::Tensor> teacher_outputs(Trial& trial) {
  if (trial.contract().data().loss != nullptr) return {};
  std::unique_ptr<Model> twin = trial.another(/*seed_offset=*/1);
  const at::NoGradGuard no_grad;
  if (twin != nullptr) return twin->forward(trial.inputs(), trial.tested().seed).tensors;
  // An instance is one object: its own outputs, moved a little.
  std::vector<at::Tensor> moved = trial.forward(trial.inputs()).tensors;
  for (at::Tensor& output : moved) {
    if (output.is_floating_point()) output = output * 0.5 + 0.1;
  }
  return moved;
}

std::string loss_note(const Contract& contract) {
  if (contract.data().loss != nullptr) return {};
  return "loss: mean squared error to the outputs of a twin with other weights (none is declared)";
}

Inputs differentiable_inputs(const Trial& trial) {
  Inputs inputs = trial.inputs();
  for (Inputs::Slot& slot : inputs.slots()) {
    for (at::Tensor& tensor : slot.tensors) {
      if (tensor.is_floating_point()) tensor.requires_grad_(true);
    }
  }
  return inputs;
}

at::Tensor weighted_sum(const Outputs& outputs) {
  at::Tensor total;
  for (const at::Tensor& output : outputs.tensors) {
    if (!output.is_floating_point()) continue;
    Array weights(DType::float64, output.sizes().vec());
    for (std::int64_t i = 0; i < weights.numel(); ++i) {
      weights.as<double>()[i] =
          0.5 + static_cast<double>(mix(static_cast<std::uint64_t>(i)) >> 11) * 0x1p-53;
    }
    TensorValue dense;
    dense.values = std::move(weights);
    const at::Tensor sum = (output * materialise(dense).to(output.options())).sum();
    total = total.defined() ? total + sum : sum;
  }
  return total;
}

void run_backward(const at::Tensor& loss) {
  const Phase phase("backward");
  WatchedRuns::backward([&] { loss.backward(); });
}

bool is_frozen(const Contract& contract, const std::string& name) {
  const auto& frozen = contract.data().frozen;
  return std::any_of(frozen.begin(), frozen.end(), [&](const std::string& prefix) {
    return name.compare(0, prefix.size(), prefix) == 0;
  });
}

}  // namespace gradgrind
