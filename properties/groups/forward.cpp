// What a forward promises by itself: shapes, dtypes, range, purity.
#include <ATen/core/grad_mode.h>
#include <ATen/ops/equal.h>

#include <algorithm>

#include "gradgrind/properties/materialise.h"
#include "properties/compare.h"
#include "properties/groups/continuation.h"
#include "properties/groups/fresh_start.h"
#include "properties/groups/groups.h"
#include "properties/groups/purity.h"
#include "properties/groups/support.h"
#include "properties/tolerance.h"

namespace gradgrind {
namespace {

Verdict check_shapes(Trial& trial) {
  const auto& declared = trial.contract().data().outputs;
  const Outputs& outputs = trial.outputs();
  if (outputs.count() != declared.size()) {
    return failure("wrong structure", "",
                   std::to_string(outputs.count()) + " tensors come back, " +
                       std::to_string(declared.size()) + " are declared");
  }
  for (std::size_t i = 0; i < declared.size(); ++i) {
    const auto& [name, domain] = declared[i];
    const Shape wanted = ShapeExpr::parse(domain.shape).evaluate(trial.tested().dims);
    const Shape got = outputs[i].sizes().vec();
    if (wanted == got) continue;
    return failure("wrong shape", name,
                   name + " has shape " + to_string(got) + ", declared is \"" + domain.shape +
                       "\" = " + to_string(wanted));
  }
  return Verdict::holds();
}

// The dtype that the contract declares for output `i` in this case, or nothing where it leaves a
// choice.
bool allows_dtype(const Domain& domain, DType shared, DType got) {
  if (domain.dtypes.empty()) return got == shared;
  for (const DType dtype : domain.dtypes) {
    if (dtype == got) return true;
  }
  return false;
}

std::string wrong_type(const Trial& trial, const Outputs& outputs, const at::Device& device,
                       std::string& output) {
  const auto& declared = trial.contract().data().outputs;
  for (std::size_t i = 0; i < outputs.count() && i < declared.size(); ++i) {
    output = declared[i].first;
    const DType got = dtype_of(outputs[i].scalar_type());
    if (!allows_dtype(declared[i].second, trial.tested().dtype, got)) {
      return output + " is " + std::string(name(got)) + " for a subject and inputs of " +
             std::string(name(trial.tested().dtype));
    }
    if (outputs[i].device() != device) {
      return output + " lies on " + outputs[i].device().str() + ", the inputs on " + device.str();
    }
  }
  return {};
}

Verdict check_types(Trial& trial) {
  const Inputs inputs = trial.inputs();
  at::Device device = at::kCPU;
  for (const Inputs::Slot& slot : inputs.slots()) {
    if (!slot.tensors.empty()) device = slot.tensors.front().device();
  }
  std::string output;
  const std::string in_evaluation = wrong_type(trial, trial.outputs(), device, output);
  if (!in_evaluation.empty()) return failure("wrong dtype", output, in_evaluation);
  trial.model().train(true);
  const Outputs training = trial.forward(trial.inputs());
  const std::string in_training = wrong_type(trial, training, device, output);
  if (!in_training.empty())
    return failure("wrong dtype", output, "in training mode " + in_training);
  if (training.count() != trial.outputs().count()) {
    return failure("wrong structure", "",
                   std::to_string(training.count()) + " tensors come back in training mode, " +
                       std::to_string(trial.outputs().count()) + " in evaluation");
  }
  return Verdict::holds();
}

// Ordinary values, extremes and special ones are what inputs are drawn from. An output declared so
// promises a dtype and a shape: a squared error of ordinary values may well be large.
bool declares_range(const Domain& domain) {
  for (const ValuePolicy& policy : {ordinary(), extremes(), special()}) {
    if (domain.content.name == floats({}, policy).content.name) return false;
  }
  return domain.content.repair != nullptr;
}

std::string without_range(const Contract& contract) {
  for (const auto& [name, domain] : contract.data().outputs) {
    if (declares_range(domain)) return {};
  }
  return "no output declares a range";
}

Verdict check_range(Trial& trial) {
  const auto& declared = trial.contract().data().outputs;
  const Outputs& outputs = trial.outputs();
  for (std::size_t i = 0; i < declared.size() && i < outputs.count(); ++i) {
    const auto& [name, domain] = declared[i];
    if (!declares_range(domain)) continue;
    std::vector<std::int64_t> bounds;
    for (const std::string& bound : domain.content.bounds) {
      bounds.push_back(DimExpr::parse(bound).evaluate(trial.tested().dims));
    }
    const Array got = array_of(outputs[i]);
    Array nearest = got;
    domain.content.repair(bounds, nearest);
    for (std::int64_t position = 0; position < got.numel(); ++position) {
      const std::string text = to_string(got.at(position), got.dtype());
      const std::string legal = to_string(nearest.at(position), nearest.dtype());
      if (text == legal) continue;
      return failure("out of range", name, name + " is declared as " + domain.content.name,
                     name + index_text(outputs[i], position) + " is " + text +
                         ", the nearest allowed value is " + legal);
    }
  }
  return Verdict::holds();
}

bool any_output_differs(const Outputs& a, const Outputs& b) {
  if (!structural_difference(a, b).empty()) return true;
  for (std::size_t i = 0; i < a.count(); ++i) {
    if (!same_bits(a[i], b[i])) return true;
  }
  return false;
}

constexpr std::uint64_t kRedraws = 4;

bool are_equal(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const at::Tensor& x, const at::Tensor& y) {
                      return x.defined() == y.defined() && (!x.defined() || at::equal(x, y));
                    });
}

Verdict check_depends_on_inputs(Trial& trial) {
  if (auto verdict = unless_deterministic(trial)) return *verdict;
  std::string ignored;
  for (std::size_t i = 0; i < trial.inputs().count(); ++i) {
    bool matters = trial.tested().inputs[i].tensors.empty();
    bool is_redrawn = false;
    for (std::uint64_t redraw = 0; redraw < kRedraws && !matters; ++redraw) {
      const Inputs changed = inputs_with_redrawn(trial, i, redraw);
      // A domain of one member, such as a causal mask, can show nothing.
      if (are_equal(changed.slots()[i].tensors, trial.inputs().slots()[i].tensors)) continue;
      is_redrawn = true;
      matters = any_output_differs(trial.outputs(), trial.forward(changed));
    }
    if (!matters && is_redrawn)
      ignored += (ignored.empty() ? "" : ", ") + trial.tested().inputs[i].name;
  }
  if (ignored.empty()) return Verdict::holds();
  return failure("ignored", ignored,
                 ignored + ": no output changed a bit when it alone was redrawn, " +
                     std::to_string(kRedraws) + " times");
}

Verdict check_varies(Trial& trial) {
  if (auto verdict = unless_deterministic(trial)) return *verdict;
  for (std::uint64_t redraw = 0; redraw < kRedraws; ++redraw) {
    Inputs changed = trial.inputs();
    for (std::size_t i = 0; i < changed.count(); ++i) {
      changed.slots()[i] = inputs_with_redrawn(trial, i, redraw).slots()[i];
    }
    if (any_output_differs(trial.outputs(), trial.forward(changed))) return Verdict::holds();
  }
  return failure("constant", "", "the outputs are the same bits whatever the inputs hold");
}

// What the reference gives back in `dtype`, with the parameters of the subject in it.
Outputs by_reference(Trial& trial, DType dtype) {
  const ContractData& data = trial.contract().data();
  const at::NoGradGuard no_grad;
  if (data.reference != nullptr) return data.reference(converted(trial.inputs(), dtype));
  const TwinScope twin(trial, dtype);
  return data.module_reference(trial.model().module(), converted(trial.inputs(), dtype));
}

Verdict check_reference(Trial& trial) {
  return agree(trial, {"by the reference", "by the subject", [&](DType dtype) {
                         return std::pair<Outputs, Outputs>(
                             by_reference(trial, dtype), trial.forward_in(dtype, trial.inputs()));
                       }});
}

std::string with_reason_to_write(const Contract& contract) { return contract.data().writes; }
std::string with_reason_to_alias(const Contract& contract) { return contract.data().aliases; }
std::string without_reference(const Contract& contract) {
  const ContractData& data = contract.data();
  return data.reference == nullptr && data.module_reference == nullptr ? "no reference is given"
                                                                       : "";
}

}  // namespace

Suite forward_group() {
  Suite suite;
  add(suite, "output_shapes_are_as_declared", "every output has the shape that its dims declare",
      ToleranceClass::structure, without_outputs, check_shapes);
  add(suite, "output_dtypes_are_as_declared",
      "outputs have the declared dtype, device and structure, in evaluation and in training",
      ToleranceClass::structure, without_outputs, check_types)
      .cost = 2;
  add(suite, "outputs_stay_in_range", "every element of an output lies in its declared domain",
      ToleranceClass::exact, without_range, check_range);
  Property& depends = add(suite, "depends_on_every_input",
                          "every input matters: other contents of it change some output",
                          ToleranceClass::exact, nullptr, check_depends_on_inputs);
  depends.quantifier = Quantifier::some;
  depends.cost = 4;
  Property& varies = add(suite, "output_varies_with_input", "the outputs are not constant",
                         ToleranceClass::exact, nullptr, check_varies);
  varies.quantifier = Quantifier::some;
  varies.cost = 2;
  add(suite, "no_size_makes_it_constant",
      "with every dim above its least, other inputs change some output", ToleranceClass::exact,
      without_module, check_size_matters)
      .cost = 2;
  add(suite, "never_writes_to_inputs", "a forward leaves its inputs as they were",
      ToleranceClass::exact, with_reason_to_write, check_writes_no_input)
      .cost = 2;
  add(suite, "outputs_share_no_memory", "no output aliases an input, a parameter or a buffer",
      ToleranceClass::structure, with_reason_to_alias, check_shares_no_memory);
  add(suite, "equals_the_reference", "the subject agrees with the reference up to rounding",
      ToleranceClass::ladder, without_reference, check_reference)
      .cost = 2;
  add(suite, "agrees_with_the_other_version",
      "another version of the module with the same parameters agrees up to rounding",
      ToleranceClass::ladder, without_version, check_other_version)
      .cost = 4;
  add(suite, "grad_mode_changes_nothing",
      "a forward gives the same with gradients and without, and the same bits in inference mode",
      ToleranceClass::ladder, nullptr, check_grad_modes)
      .cost = 3;
  add(suite, "evaluation_is_pure",
      "two forwards in evaluation give the same bits and change no state", ToleranceClass::exact,
      nullptr, check_evaluation_is_pure)
      .cost = 2;
  for (Property& property : suite) property.least_cases = 5;
  return labelled("forward", std::move(suite));
}

}  // namespace gradgrind
