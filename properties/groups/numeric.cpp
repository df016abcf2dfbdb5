// Finite in, finite out, finite in between.
#include <ATen/core/grad_mode.h>

#include <algorithm>

#include "gradgrind/properties/observation.h"
#include "properties/compare.h"
#include "properties/groups/corners.h"
#include "properties/groups/float64_error.h"
#include "properties/groups/groups.h"
#include "properties/groups/non_finite.h"
#include "properties/groups/precision.h"
#include "properties/groups/support.h"

namespace gradgrind {
namespace {

// Additive masks hold infinities by their nature.
bool has_non_finite_input(const Trial& trial) {
  const Inputs inputs = trial.inputs();
  const auto& declared = trial.contract().data().signature.inputs;
  for (std::size_t i = 0; i < inputs.count(); ++i) {
    if (declared[i].second.masking.additive) continue;
    for (const at::Tensor& tensor : inputs.slots()[i].tensors) {
      if (first_non_finite(tensor) >= 0) return true;
    }
  }
  return false;
}

// A non-finite value that the subject's own calls made on the way; what happens inside an operator
// of LibTorch is that operator's business.
std::optional<Verdict> non_finite_in_between(const Trace& trace) {
  const std::optional<std::size_t> first = first_non_finite(trace);
  if (!first.has_value() || trace.calls[*first].depth > 0) return std::nullopt;
  const OperatorCall& call = trace.calls[*first];
  return failure("not finite in between", "",
                 std::string(call.name) + "(" + call.inputs.text() +
                     ") makes a non-finite value of finite ones; it does not reach an output in "
                     "this case, but its gradient may");
}

Verdict check_finite(Trial& trial) {
  if (has_non_finite_input(trial)) return Verdict::discarded("an input is not finite");
  ObserveOptions options;
  options.scan_values = true;
  Outputs outputs;
  const Trace trace = observe(options, [&] { outputs = trial.forward(trial.inputs()); });
  for (std::size_t i = 0; i < outputs.count(); ++i) {
    const std::int64_t position = first_non_finite(outputs[i]);
    if (position < 0) continue;
    const std::string name = trial.output_name(i);
    return failure(
        "not finite", name, name + " is not finite although all inputs are",
        name + index_text(outputs[i], position) + " is " + element_text(outputs[i], position));
  }
  if (auto verdict = non_finite_in_between(trace)) return *verdict;
  return Verdict::holds();
}

std::string without_batched_outputs(const Contract& contract) {
  return first_reason(
      {without_batch(contract), without_outputs(contract), without_floating_input(contract)});
}

std::string without_slopes(const Contract& contract) {
  return first_reason({without_gradients(contract), without_floating_input(contract)});
}

}  // namespace

Suite numeric_group() {
  Suite suite;
  Property& finite =
      add(suite, "stays_finite",
          "finite inputs give finite outputs, and no operator on the way gives inf or NaN",
          ToleranceClass::exact, nullptr, check_finite);
  finite.cost = 1.5;
  finite.least_cases = 5;
  Property& corners = add(
      suite, "stays_finite_at_the_corners",
      "inputs searched at the corners of their domains, uphill, give finite outputs and gradients",
      ToleranceClass::exact, without_corners, check_corners);
  corners.cost = 50;
  corners.cases = 10;
  Property& apart =
      add(suite, "nan_stays_in_its_row", "NaN in one row makes no NaN in the output of another",
          ToleranceClass::exact, without_batched_outputs, check_nan_in_its_row);
  apart.cost = 2;
  apart.cases = 20;
  Property& comes_out =
      add(suite, "nan_never_becomes_a_number",
          "NaN wherever the outputs have a slope gives NaN, or a refusal in words",
          ToleranceClass::exact, without_slopes, check_nan_comes_out);
  comes_out.cost = 4;
  comes_out.cases = 20;
  Property& precision =
      add(suite, "keeps_its_precision", "in float64 no operator makes a lower precision of float64",
          ToleranceClass::structure, nullptr, check_keeps_precision);
  precision.cost = 2;
  precision.cases = 10;
  precision.in_float64 = true;
  Property& error =
      add(suite, "float32_is_close_to_float64",
          "a float32 result differs from the float64 one by no more than rounding explains",
          ToleranceClass::direction, nullptr, check_float64_error);
  error.cost = 4;
  error.cases = 50;
  error.in_float64 = true;
  return labelled("numeric", std::move(suite));
}

}  // namespace gradgrind
