#include "properties/groups/precision.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/full_like.h>

#include <algorithm>
#include <cmath>

#include "gradgrind/generators/case_text.h"
#include "gradgrind/generators/source.h"
#include "gradgrind/properties/materialise.h"
#include "gradgrind/properties/observation.h"
#include "properties/compare.h"
#include "properties/groups/support.h"

namespace gradgrind {
namespace {

// -- Precision ------------------------------------------------------------------------------------

bool is_lower(std::string_view dtype) {
  return dtype == "float32" || dtype == "float16" || dtype == "bfloat16";
}

// zeros_like(x, float32) takes the shape of x and none of its values.
bool takes_shape_only(const std::string& name) {
  return name.find("_like") != std::string::npos || name.find("::new_") != std::string::npos;
}

const OperatorCall* first_downcast(const Trace& trace) {
  for (const OperatorCall& call : trace.calls) {
    const bool makes_lower =
        std::any_of(call.outputs.begin(), call.outputs.end(),
                    [](const TensorFacts& facts) { return is_lower(facts.dtype); });
    if (!makes_lower || takes_shape_only(call.name)) continue;
    if (call.inputs.find("float64 [") != std::string::npos) return &call;
  }
  return nullptr;
}

// -- Corners --------------------------------------------------------------------------------------

// `tensor` moved to the nearest member of the domain of input `position`.
at::Tensor member(const Trial& trial, std::size_t position, const at::Tensor& tensor) {
  const Domain& domain = trial.contract().space().signature().inputs[position].second;
  std::vector<std::int64_t> bounds;
  for (const std::string& bound : domain.content.bounds) {
    bounds.push_back(DimExpr::parse(bound).evaluate(trial.tested().dims));
  }
  TensorValue value;
  value.values = array_of(tensor);
  domain.content.repair(bounds, value.values);
  return materialise(value);
}

using Push = at::Tensor (*)(const at::Tensor&);

at::Tensor four_times(const at::Tensor& x) { return x * 4; }
at::Tensor a_quarter(const at::Tensor& x) { return x / 4; }
at::Tensor all_largest(const at::Tensor& x) { return at::full_like(x, 1000); }
at::Tensor all_lowest(const at::Tensor& x) { return at::full_like(x, -1000); }
at::Tensor by_sign(const at::Tensor& x) { return x.sign() * 1000; }
at::Tensor all_zero(const at::Tensor& x) { return x * 0; }
at::Tensor all_equal(const at::Tensor& x) { return at::full_like(x, 1) * x.mean(); }
at::Tensor negated(const at::Tensor& x) { return -x; }
// Far from zero and close together: squares and sums round, and differences of them are noise.
at::Tensor close_together(const at::Tensor& x) { return x / 1000 + 777.7; }

constexpr Push kPushes[] = {four_times, a_quarter, all_largest, all_lowest,    by_sign,
                            all_zero,   all_equal, negated,     close_together};

// As many forwards as a case is worth.
constexpr int kTries = 12;

struct Seen {
  Outputs outputs;
  double largest = 0;
};

Seen observed(Trial& trial, const Inputs& inputs) {
  ObserveOptions options;
  options.scan_values = true;
  Seen seen;
  const Trace trace = observe(options, [&] { seen.outputs = trial.forward(inputs); });
  for (const OperatorCall& call : trace.calls) {
    for (const TensorFacts& facts : call.outputs) {
      seen.largest = std::max(seen.largest, facts.max_abs);
    }
  }
  return seen;
}

std::string described(const Inputs& inputs, const std::vector<std::size_t>& positions) {
  std::string text;
  for (const std::size_t position : positions) {
    TensorValue value;
    value.values = array_of(inputs.slots()[position].tensors.front());
    text += "\n" + inputs.slots()[position].name + ": " + describe(value);
  }
  return text;
}

std::vector<std::size_t> pushable_inputs(const Trial& trial, const Inputs& inputs) {
  const auto& declared = trial.contract().data().signature.inputs;
  std::vector<std::size_t> positions;
  for (std::size_t i = 0; i < inputs.count(); ++i) {
    const auto& tensors = inputs.slots()[i].tensors;
    if (declared[i].second.masking.additive || tensors.size() != 1) continue;
    if (declared[i].second.content.repair == nullptr) continue;  // Nobody knows its members.
    if (!tensors.front().defined() || !tensors.front().is_floating_point()) continue;
    if (tensors.front().numel() > 0 && first_non_finite(tensors.front()) < 0)
      positions.push_back(i);
  }
  return positions;
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
  std::string worst = call->name + "(" + call->inputs + ")";
  if (const auto line = source_line(*call)) worst += "\nin " + to_text(*line);
  return failure(
      "downcast", "",
      "with weights and inputs in float64 an operator makes " + std::string(lower) + " of float64",
      worst);
}

Verdict check_corners(Trial& trial) {
  Inputs inputs = trial.inputs();
  const std::vector<std::size_t> positions = pushable_inputs(trial, inputs);
  if (positions.empty()) return Verdict::discarded("no floating input to push");
  RandomSource source(trial.seed("corners"));
  double largest = observed(trial, inputs).largest;
  for (int attempt = 0; attempt < kTries; ++attempt) {
    const std::size_t position = positions[source.below(positions.size())];
    const Push push = kPushes[source.below(std::size(kPushes))];
    Inputs pushed = inputs;
    at::Tensor& tensor = pushed.slots()[position].tensors.front();
    tensor = member(trial, position, push(tensor));
    const Seen seen = observed(trial, pushed);
    for (std::size_t i = 0; i < seen.outputs.count(); ++i) {
      const std::int64_t place = first_non_finite(seen.outputs[i]);
      if (place < 0) continue;
      const std::string name = trial.output_name(i);
      return failure("not finite", name,
                     name + " is not finite for members of the domains that lie at a corner",
                     name + index_text(seen.outputs[i], place) + " is " +
                         element_text(seen.outputs[i], place) + " for" +
                         described(pushed, positions));
    }
    // Uphill, and now and then sideways, so that a small input meets a large one.
    if (seen.largest >= largest || source.below(4) == 0) {
      largest = seen.largest;
      inputs = pushed;
    }
  }
  return Verdict::holds();
}

}  // namespace gradgrind
