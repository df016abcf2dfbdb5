#include "properties/groups/precision.h"

#include <algorithm>

#include "gradgrind/properties/observation.h"
#include "properties/groups/support.h"

namespace gradgrind {
namespace {

bool is_lower(std::string_view dtype) {
  return dtype == "float32" || dtype == "float16" || dtype == "bfloat16";
}

// zeros_like(x, float32) takes the shape of x and none of its values.
bool takes_shape_only(std::string_view name) {
  return name.find("_like") != std::string::npos || name.find("::new_") != std::string::npos;
}

const OperatorCall* first_downcast(const Trace& trace) {
  for (const OperatorCall& call : trace.calls) {
    const bool makes_lower =
        std::any_of(call.outputs.begin(), call.outputs.end(),
                    [](const TensorFacts& facts) { return is_lower(facts.dtype); });
    if (!makes_lower || takes_shape_only(call.name)) continue;
    if (call.inputs.text().find("float64 [") != std::string::npos) return &call;
  }
  return nullptr;
}

}  // namespace

Verdict check_keeps_precision(Trial& trial) {
  const auto& dtypes = trial.contract().space().signature().dtypes;
  if (std::find(dtypes.begin(), dtypes.end(), DType::float64) == dtypes.end()) {
    return Verdict::not_applicable("float64 is not among the dtypes of the contract");
  }
  const auto run = [&](bool with_lines) {
    const TwinScope twin(trial, DType::float64);
    const Inputs inputs = converted(trial.inputs(), DType::float64);
    ObserveOptions options;
    options.source_lines = with_lines;
    return observe(options, [&] { trial.forward(inputs); });
  };
  if (first_downcast(run(false)) == nullptr) return Verdict::holds();
  const Trace trace = run(true);
  const OperatorCall* call = first_downcast(trace);
  if (call == nullptr) return Verdict::holds();
  const std::string_view lower =
      std::find_if(call->outputs.begin(), call->outputs.end(), [](const TensorFacts& facts) {
        return is_lower(facts.dtype);
      })->dtype;
  std::string worst = std::string(call->name) + "(" + call->inputs.text() + ")";
  if (const auto line = source_line(*call)) worst += "\nin " + to_text(*line);
  return failure(
      "downcast", "",
      "with weights and inputs in float64 an operator makes " + std::string(lower) + " of float64",
      worst);
}

}  // namespace gradgrind
