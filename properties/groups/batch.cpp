// Rows of a batch do not know of each other.
#include <ATen/core/grad_mode.h>
#include <ATen/ops/zeros_like.h>
#include <torch/nn/module.h>

#include "gradgrind/properties/observation.h"
#include "properties/compare.h"
#include "properties/groups/batch_relations.h"
#include "properties/groups/groups.h"
#include "properties/groups/support.h"
#include "properties/tolerance.h"

namespace gradgrind {
namespace {

// Inputs in which every row but `kept` holds other contents.
Inputs with_other_rows(const Trial& trial, std::int64_t kept) {
  Inputs inputs = trial.inputs();
  const std::vector<std::int64_t> axes = input_batch_axes(trial);
  for (std::size_t i = 0; i < inputs.count(); ++i) {
    if (axes[i] < 0) continue;
    const Inputs redrawn = inputs_with_redrawn(trial, i, /*seed=*/static_cast<std::uint64_t>(kept));
    for (std::size_t t = 0; t < inputs.slots()[i].tensors.size(); ++t) {
      const at::Tensor& own = inputs.slots()[i].tensors[t];
      at::Tensor other = redrawn.slots()[i].tensors[t];
      other.narrow(axes[i], kept, 1).copy_(own.narrow(axes[i], kept, 1));
      inputs.slots()[i].tensors[t] = other;
    }
  }
  return inputs;
}

// Whether two inputs send the subject through the same operators on the same shapes. One that sorts
// its rows by content does not: then a kernel may add up in another order, as OpenBLAS does for
// other heights of a matrix.
bool run_alike(Trial& trial, const Inputs& a, const Inputs& b) {
  const Trace first = observe({}, [&] { trial.forward(a); });
  const Trace second = observe({}, [&] { trial.forward(b); });
  if (first.calls.size() != second.calls.size()) return false;
  for (std::size_t i = 0; i < first.calls.size(); ++i) {
    const OperatorCall& own = first.calls[i];
    const OperatorCall& other = second.calls[i];
    if (own.name != other.name || own.inputs != other.inputs) return false;
  }
  return true;
}

Verdict agree_after_change(Trial& trial, std::int64_t kept) {
  const auto row = [&](DType dtype, const Inputs& inputs) {
    return rows_of(trial, trial.forward_in(dtype, inputs), {kept});
  };
  return agree(trial, {"in this case", "with its other rows redrawn", [&](DType dtype) {
                         return std::pair<Outputs, Outputs>(
                             row(dtype, trial.inputs()), row(dtype, with_other_rows(trial, kept)));
                       }});
}

Verdict check_rows_apart(Trial& trial) {
  if (auto verdict = unless_rows(trial, 2)) return *verdict;
  const std::int64_t rows = batch_size(trial);
  // The last row too: a scan that carries state along the batch reaches it alone.
  for (const std::int64_t kept : {std::int64_t{0}, rows - 1}) {
    const Outputs expected = rows_of(trial, trial.outputs(), {kept});
    const Outputs changed = trial.forward(with_other_rows(trial, kept));
    const Outputs actual = rows_of(trial, changed, {kept});
    if (auto verdict =
            bits_differ(trial, expected, "in this case", actual, "with its other rows redrawn")) {
      if (!run_alike(trial, trial.inputs(), with_other_rows(trial, kept))) {
        verdict = agree_after_change(trial, kept);
        if (!verdict->is_failure()) continue;
      }
      verdict->evidence.message = "row " + std::to_string(kept) + " of " + std::to_string(rows) +
                                  " in " + verdict->evidence.output +
                                  " changes when it is kept and the other rows are redrawn";
      return *verdict;
    }
  }
  return Verdict::holds();
}

Verdict check_row_gradients_apart(Trial& trial) {
  if (auto verdict = unless_rows(trial, 2)) return *verdict;
  if (!trial.probe().differentiable) {
    return Verdict::not_applicable("probed: no output has a gradient");
  }
  const std::vector<std::int64_t> axes = input_batch_axes(trial);
  const std::int64_t rows = batch_size(trial);
  const std::int64_t kept =
      static_cast<std::int64_t>(trial.seed("row") % static_cast<std::uint64_t>(rows));
  const Inputs inputs = differentiable_inputs(trial);
  const Outputs outputs = trial.forward_with_grad(inputs);
  const at::Tensor loss = weighted_sum(rows_of(trial, outputs, {kept}));
  if (!loss.defined() || !loss.requires_grad()) {
    return Verdict::discarded("no gradient reaches this case's output");
  }
  run_backward(loss);
  for (std::size_t i = 0; i < inputs.count(); ++i) {
    if (axes[i] < 0) continue;
    for (const at::Tensor& tensor : inputs.slots()[i].tensors) {
      if (!tensor.grad().defined()) continue;
      at::Tensor others = tensor.grad().clone();
      others.narrow(axes[i], kept, 1).zero_();
      const Worst worst = worst_element(at::zeros_like(others), others);
      if (worst.position < 0) continue;
      const std::string& name = trial.tested().inputs[i].name;
      return failure("differs", name,
                     "the gradient of output row " + std::to_string(kept) +
                         " reaches another row of " + name + "; it must be exactly 0 there",
                     "d(row " + std::to_string(kept) + ") / d " + name +
                         index_text(others, worst.position) + " is " +
                         element_text(others, worst.position));
    }
  }
  return Verdict::holds();
}

Verdict check_empty_batch(Trial& trial) {
  if (auto verdict = unless_rows(trial, 1)) return *verdict;
  Outputs outputs;
  try {
    outputs = trial.forward(rows_of(trial, trial.inputs(), {}));
  } catch (const std::exception&) {
    return Verdict::holds();  // A refusal in words is an answer.
  }
  const Outputs expected = rows_of(trial, trial.outputs(), {});
  const Outputs got = batched(trial, outputs);
  const std::string structure = structural_difference(expected, got);
  if (structure.empty()) return Verdict::holds();
  return failure("wrong shape", "", "for an empty batch " + structure);
}

// Instance normalisation keeps running statistics too, and takes those of each row alone.
bool is_of_instances(const torch::nn::Module& root, const std::string& buffer) {
  for (const auto& entry : root.named_modules(/*name_prefix=*/{}, /*include_self=*/true)) {
    const std::string prefix = entry.key().empty() ? "" : entry.key() + ".";
    const bool is_owner = buffer.compare(0, prefix.size(), prefix) == 0 &&
                          buffer.find('.', prefix.size()) == std::string::npos;
    if (is_owner && entry.value()->name().find("InstanceNorm") != std::string::npos) return true;
  }
  return false;
}

bool has_running_statistics(Trial& trial) {
  for (const NamedTensor& buffer : trial.model().buffers()) {
    if (buffer.name.find("running_mean") != std::string::npos &&
        !is_of_instances(*trial.model().module(), buffer.name)) {
      return true;
    }
  }
  return false;
}

Verdict check_batch_statistics(Trial& trial) {
  if (!has_running_statistics(trial)) {
    return Verdict::not_applicable("probed: no running statistics of batches among the buffers");
  }
  if (auto verdict = unless_rows(trial, 2)) return *verdict;
  const std::vector<NamedTensor> before = trial.model().snapshot();
  trial.model().train(true);
  const Outputs training = trial.forward(trial.inputs());
  bool has_moved = false;
  const std::vector<NamedTensor> after = trial.model().state();
  for (std::size_t i = 0; i < after.size(); ++i) {
    has_moved = has_moved || (after[i].name.find("running_mean") != std::string::npos &&
                              !same_bits(before[i].tensor, after[i].tensor));
  }
  if (!has_moved) {
    return failure("unused", "", "a forward in training mode leaves every running mean as it was");
  }
  trial.model().restore(before);
  const Outputs others = trial.forward(with_other_rows(trial, 0));
  if (!bits_differ(trial, rows_of(trial, training, {0}), "", rows_of(trial, others, {0}), "")) {
    return failure("unused", "",
                   "in training mode a row does not depend on the others, although the subject "
                   "holds running statistics");
  }
  return Verdict::holds();
}

std::string without_batched_module(const Contract& contract) {
  return first_reason(
      {without_batch(contract), without_outputs(contract), without_module(contract)});
}

std::string without_batched_outputs(const Contract& contract) {
  return first_reason({without_batch(contract), without_outputs(contract)});
}

std::string without_batched_gradients(const Contract& contract) {
  return first_reason({without_batched_outputs(contract), without_gradients(contract)});
}

}  // namespace

Suite batch_group() {
  Suite suite;
  add(suite, "keeps_batch_rows_apart",
      "in evaluation a row's output does not depend on the other rows", ToleranceClass::exact,
      without_batched_outputs, check_rows_apart)
      .cost = 3;
  add(suite, "keeps_row_gradients_apart",
      "in evaluation the gradient of a row's output with respect to the other rows is exactly 0",
      ToleranceClass::exact, without_batched_gradients, check_row_gradients_apart)
      .cost = 3;
  add(suite, "commutes_with_row_permutation",
      "permuting the rows of a batch permutes those of the outputs", ToleranceClass::ladder,
      without_batched_outputs, check_permutation)
      .cost = 2;
  add(suite, "splits_into_smaller_batches", "two parts of a batch give the parts of its outputs",
      ToleranceClass::ladder, without_batched_outputs, check_split)
      .cost = 3;
  add(suite, "single_rows_match_the_batch", "a row alone gives what it gives in the batch",
      ToleranceClass::ladder, without_batched_outputs, check_single)
      .cost = 2;
  add(suite, "duplicate_rows_agree", "two copies of a row in one batch give the same",
      ToleranceClass::ladder, without_batched_outputs, check_duplicates)
      .cost = 2;
  add(suite, "accepts_an_empty_batch",
      "a batch of no rows gives outputs of no rows, or a refusal in words",
      ToleranceClass::structure, without_batched_outputs, check_empty_batch)
      .cases = 20;
  Property& statistics =
      add(suite, "uses_batch_statistics_in_training",
          "where running statistics are kept, training uses those of the batch and updates them",
          ToleranceClass::exact, without_batched_module, check_batch_statistics);
  statistics.cost = 3;
  statistics.quantifier = Quantifier::some;
  for (Property& property : suite) property.least_cases = 5;
  return labelled("batch", std::move(suite));
}

}  // namespace gradgrind
