#include "properties/groups/finite_differences.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gradgrind/generators/source.h"
#include "gradgrind/properties/materialise.h"
#include "properties/compare.h"
#include "properties/groups/support.h"

namespace gradgrind {
namespace {

constexpr double kSteps[] = {1e-3, 1e-4, 1e-5, 1e-6};
// Relative; the best step of a smooth function agrees to about 1e-9.
constexpr double kAgreement = 1e-5;
// One-sided slopes that differ by more than this share stand on a kink.
constexpr double kKink = 1e-2;
// That a gradient has to miss before it is called wrong.
constexpr std::uint64_t kDirections = 3;

at::Tensor direction_for(const at::Tensor& tensor, std::uint64_t seed) {
  Array values(DType::float64, tensor.sizes().vec());
  RandomSource source(seed);
  for (std::int64_t i = 0; i < values.numel(); ++i) {
    values.as<double>()[i] = (source.flag() ? 1 : -1) * source.real(0.5, 1);
  }
  TensorValue dense;
  dense.values = std::move(values);
  return materialise(dense);
}

struct Slopes {
  double left = 0;
  double right = 0;
  double central() const { return (left + right) / 2; }
};

// The sum of squared deviations would hide a sign; a weighted sum of the outputs does not.
class Walker {
 public:
  Walker(Trial& trial, Inputs inputs) : trial_(trial), inputs_(std::move(inputs)) {}

  double value() const {
    const at::NoGradGuard no_grad;
    return weighted_sum(trial_.forward(inputs_)).item<double>();
  }

  Slopes slopes(at::Tensor tensor, const at::Tensor& direction, double step) const {
    const at::NoGradGuard no_grad;
    const at::Tensor before = tensor.detach().clone();
    const double here = value();
    tensor.copy_(before + direction * step);
    const double right = value();
    tensor.copy_(before - direction * step);
    const double left = value();
    tensor.copy_(before);
    noise_ = std::max({std::abs(here), std::abs(right), std::abs(left)}) * 0x1p-50 / step;
    return {(here - left) / step, (right - here) / step};
  }

  // What cancellation alone can do to the last slopes.
  double noise() const { return noise_; }

 private:
  Trial& trial_;
  Inputs inputs_;
  mutable double noise_ = 0;
};

Verdict judge_along(const Walker& walker, const std::string& name, const at::Tensor& tensor,
                    std::uint64_t seed) {
  if (!tensor.grad().defined() || tensor.numel() == 0) return Verdict::holds();
  const at::Tensor direction = direction_for(tensor, seed);
  const double slope = (tensor.grad() * direction).sum().item<double>();
  if (!std::isfinite(slope)) return Verdict::holds();  // gradients_are_finite speaks of it
  Slopes last;
  double closest = INFINITY;
  double seen = 0;
  for (const double step : kSteps) {
    last = walker.slopes(tensor, direction, step);
    const double scale = std::max(std::abs(slope), std::abs(last.central()));
    const double gap = std::abs(slope - last.central());
    if (gap <= kAgreement * scale + walker.noise()) return Verdict::holds();
    if (gap < closest) {
      closest = gap;
      seen = last.central();
    }
  }
  const double bend = std::abs(last.right - last.left);
  const double scale = std::max(std::abs(slope), std::abs(last.central()));
  if (!std::isfinite(bend) || bend > kKink * scale + 4 * walker.noise()) return Verdict::holds();
  Verdict verdict = failure(
      "differs", name, "the gradient of " + name + " is not the slope that finite differences see",
      fmt::format("along a random direction of {}: {:.9g} by backward(), {:.9g} by differences",
                  name, slope, seen));
  verdict.evidence.bound =
      fmt::format("relative {:g}, at the best of the steps 1e-3 to 1e-6", kAgreement);
  return verdict;
}

// Where many units stand on their kinks at once, the bends may cancel along one direction and look
// like a slope; along several they do not.
Verdict judge(const Walker& walker, const std::string& name, const at::Tensor& tensor,
              std::uint64_t seed) {
  Verdict verdict = judge_along(walker, name, tensor, seed);
  for (std::uint64_t other = 1; other < kDirections && verdict.is_failure(); ++other) {
    if (!judge_along(walker, name, tensor, mix(seed ^ other)).is_failure()) {
      return Verdict::holds();
    }
  }
  return verdict;
}

}  // namespace

Verdict check_finite_differences(Trial& trial) {
  if (auto verdict = unless_deterministic(trial)) return *verdict;
  if (!trial.probe().dtype_pure) {
    return Verdict::not_applicable("probed: the subject casts to a lower dtype inside");
  }
  const TwinScope twin(trial, DType::float64);
  Inputs inputs = converted(trial.inputs(), DType::float64);
  for (Inputs::Slot& slot : inputs.slots()) {
    for (at::Tensor& tensor : slot.tensors) {
      if (tensor.is_floating_point()) tensor = tensor.detach().clone().requires_grad_(true);
    }
  }
  trial.model().zero_grad();
  const at::Tensor loss = weighted_sum(trial.forward_with_grad(inputs));
  if (!loss.defined() || !loss.requires_grad()) {
    return Verdict::discarded("no output of this case has a gradient");
  }
  if (!std::isfinite(loss.item<double>())) return Verdict::discarded("an output is not finite");
  run_backward(loss);
  const Walker walker(trial, inputs);
  std::uint64_t seed = trial.seed("direction");
  for (const NamedTensor& parameter : trial.model().parameters()) {
    Verdict verdict = judge(walker, parameter.name, parameter.tensor, ++seed);
    if (verdict.is_failure()) return verdict;
  }
  for (const Inputs::Slot& slot : inputs.slots()) {
    for (const at::Tensor& tensor : slot.tensors) {
      Verdict verdict = judge(walker, slot.name, tensor, ++seed);
      if (verdict.is_failure()) return verdict;
    }
  }
  return Verdict::holds();
}

}  // namespace gradgrind
