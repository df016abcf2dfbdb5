#include "properties/groups/float64_error.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "gradgrind/generators/source.h"
#include "gradgrind/properties/contract.h"
#include "gradgrind/properties/materialise.h"
#include "properties/compare.h"
#include "properties/groups/pullback.h"
#include "properties/groups/support.h"
#include "properties/tolerance.h"

namespace gradgrind {
namespace {

constexpr double kLoose = 64;
constexpr int kShakes = 3;
constexpr double kNearby = 1e-3;
constexpr int kPointsNearby = 2;

// Each element times 1 + `by` * r, with r random in [-1, 1].
void shake(at::Tensor& tensor, double by, std::uint64_t seed) {
  Array factors(DType::float64, tensor.sizes().vec());
  RandomSource source(seed);
  for (std::int64_t i = 0; i < factors.numel(); ++i) {
    factors.as<double>()[i] = 1 + by * source.real(-1, 1);
  }
  TensorValue dense;
  dense.values = std::move(factors);
  tensor = (tensor.to(at::kDouble) * materialise(dense)).to(tensor.scalar_type());
}

Inputs shaken(Inputs inputs, double by, std::uint64_t seed) {
  for (Inputs::Slot& slot : inputs.slots()) {
    for (at::Tensor& tensor : slot.tensors) {
      if (tensor.defined() && tensor.is_floating_point()) shake(tensor, by, ++seed);
    }
  }
  return inputs;
}

Outputs shaken_twin(Trial& trial, const Inputs& inputs, std::uint64_t seed) {
  const double unit = unit_roundoff(DType::float32);
  const TwinScope twin(trial, DType::float64);
  const at::NoGradGuard no_grad;
  for (const NamedTensor& parameter : trial.model().parameters()) {
    if (!parameter.tensor.is_floating_point()) continue;
    at::Tensor moved = parameter.tensor.detach();
    shake(moved, unit, mix(seed ^ hash(parameter.name)));
    at::Tensor own = parameter.tensor;
    own.copy_(moved);
  }
  return trial.forward(shaken(converted(inputs, DType::float64), unit, seed));
}

struct Error {
  std::size_t output = 0;
  std::int64_t position = -1;
  double difference = 0;
  double bound = 0;
  std::string worst;
};

// The largest finite value that goes in.
double largest_input(const Inputs& inputs) {
  double largest = 0;
  for (const Inputs::Slot& slot : inputs.slots()) {
    for (const at::Tensor& tensor : slot.tensors) {
      if (!tensor.defined() || !tensor.is_floating_point() || tensor.numel() == 0) continue;
      const at::Tensor finite = tensor.to(at::kDouble).abs().nan_to_num(0, 0, 0);
      largest = std::max(largest, finite.max().item<double>());
    }
  }
  return largest;
}

// What rounding does to the results. An operator that fuses several steps does not show what it
// cancels inside, as GELU does far below 0: it is taken to be no larger than what goes in. Below
// the normal numbers, rounding is to multiples of the smallest one.
double rounding_of(Trial& trial, const Inputs& inputs) {
  const double on_the_way = largest_intermediate([&] { trial.forward(inputs); });
  const double largest = std::max(on_the_way, largest_input(inputs));
  return kLoose * (rounding_bound(16, unit_roundoff(DType::float32), largest) +
                   std::numeric_limits<float>::denorm_min());
}

// Nothing where the error is within what rounding explains, or where something is not finite.
std::optional<Error> error_beyond_rounding(Trial& trial, const Inputs& inputs) {
  const Outputs coarse = trial.forward(inputs);
  const Outputs fine = trial.forward_in(DType::float64, inputs);
  if (!are_finite(coarse) || !are_finite(fine)) return std::nullopt;
  const double rounding = rounding_of(trial, inputs);
  for (std::size_t i = 0; i < coarse.count() && i < fine.count(); ++i) {
    if (!coarse[i].is_floating_point() || coarse[i].sizes() != fine[i].sizes()) continue;
    const Worst worst = worst_element(fine[i], coarse[i]);
    if (worst.difference <= rounding) continue;
    double condition = 0;
    for (int shakes = 0; shakes < kShakes; ++shakes) {
      const Outputs moved =
          shaken_twin(trial, inputs, trial.seed("shake " + std::to_string(shakes)));
      condition = std::max(condition, worst_element(fine[i], moved[i]).difference);
    }
    const double bound = rounding + kLoose * condition;
    if (!(worst.difference > bound)) continue;
    const std::string name = trial.output_name(i);
    return Error{i, worst.position, worst.difference, bound,
                 worst_text(name, fine[i], "in float64", coarse[i], "in float32")};
  }
  return std::nullopt;
}

}  // namespace

Verdict check_float64_error(Trial& trial) {
  if (auto verdict = unless_deterministic(trial)) return *verdict;
  if (trial.probe().refuses_float64) {
    return Verdict::not_applicable("probed: the subject does not run in float64");
  }
  if (trial.tested().dtype != DType::float32) return Verdict::discarded("no float32 case");
  const std::optional<Error> error = error_beyond_rounding(trial, trial.inputs());
  if (!error.has_value()) return Verdict::holds();
  for (int point = 0; point < kPointsNearby; ++point) {
    const std::uint64_t seed = trial.seed("nearby " + std::to_string(point));
    if (!error_beyond_rounding(trial, shaken(trial.inputs(), kNearby, seed))) {
      return Verdict::holds();
    }
  }
  const std::string name = trial.output_name(error->output);
  Verdict verdict =
      failure("differs", name, name + " in float32 is far from what float64 gives", error->worst);
  verdict.evidence.bound = fmt::format(
      "difference {:.3g}; rounding, and a unit roundoff in every input and parameter, explain "
      "{:.3g}",
      error->difference, error->bound);
  return verdict;
}

}  // namespace gradgrind
