#include "properties/groups/finite_differences.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <c10/util/Exception.h>
#include <fmt/format.h>
#include <torch/nn/modules/embedding.h>

#include <algorithm>
#include <cmath>

#include "gradgrind/generators/source.h"
#include "gradgrind/properties/materialise.h"
#include "properties/compare.h"
#include "properties/groups/support.h"
#include "properties/tolerance.h"

namespace gradgrind {
namespace {

constexpr double kSteps[] = {1e-3, 1e-4, 1e-5, 1e-6};
// Relative; the best step of a smooth function agrees to about 1e-9.
constexpr double kAgreement = 1e-5;
// One-sided slopes that differ by more than this share stand on a kink.
constexpr double kKink = 1e-2;
// A slope that two steps see is settled to so many times what they differ by.
constexpr double kSpread = 10;
// Eight roundings of float64.
constexpr double kRounding = 0x1p-50;
// Beyond the smallest steps, within the reach of the features that a case has.
constexpr double kNearby = 1e-4;
constexpr std::uint64_t kPointsNearby = 2;

at::Tensor direction_along(const at::Tensor& tensor, std::uint64_t seed) {
  Array values(DType::float64, tensor.sizes().vec());
  RandomSource source(seed);
  for (std::int64_t i = 0; i < values.numel(); ++i) {
    values.as<double>()[i] = (source.flag() ? 1 : -1) * source.real(0.5, 1);
  }
  TensorValue dense;
  dense.values = std::move(values);
  return materialise(dense);
}

// `tensor` moved to the nearest member of the domain of input `slot`.
at::Tensor member_of_domain(const Trial& trial, std::size_t slot, const at::Tensor& tensor) {
  const Domain& domain = trial.contract().space().signature().inputs[slot].second;
  if (domain.content.repair == nullptr) return tensor;
  std::vector<std::int64_t> bounds;
  for (const std::string& bound : domain.content.bounds) {
    bounds.push_back(DimExpr::parse(bound).evaluate(trial.tested().dims));
  }
  TensorValue value;
  value.values = array_of(tensor);
  domain.content.repair(bounds, value.values);
  return materialise(value);
}

// A tensor that is walked along.
struct Leg {
  std::string name;
  at::Tensor tensor;
  std::int64_t input = -1;        // its position; -1 for a parameter
  std::int64_t without_row = -1;  // the row that is left alone; -1 for none
};

at::Tensor direction_for(const Leg& leg, std::uint64_t seed) {
  at::Tensor direction = direction_along(leg.tensor, seed);
  if (leg.without_row >= 0) direction.select(0, leg.without_row).zero_();
  return direction;
}

// The row of an embedding that its padding_idx names, for its weight; else -1. That row takes part
// in the forward and gets no gradient, by definition.
std::int64_t padding_row(const torch::nn::Module* root, const at::Tensor& parameter) {
  if (root == nullptr) return -1;
  for (const auto& module : root->modules()) {
    const auto* embedding = module->as<torch::nn::EmbeddingImpl>();
    if (embedding == nullptr || !embedding->weight.is_same(parameter)) continue;
    return embedding->options.padding_idx().value_or(-1);
  }
  return -1;
}

struct Slopes {
  double left = 0;
  double right = 0;
  double rounding = 0;  // what cancellation alone can do to them
  double central() const { return (left + right) / 2; }
};

// The sum of squared deviations would hide a sign; a weighted sum of the outputs does not.
class Walker {
 public:
  Walker(Trial& trial, const Inputs& inputs) : trial_(trial), inputs_(inputs) {}

  double value() const {
    const at::NoGradGuard no_grad;
    return weighted_sum(trial_.forward(inputs_)).item<double>();
  }

  // Nothing where the subject refuses a step that leaves the domain of its input.
  std::optional<Slopes> slopes(const Leg& leg, const at::Tensor& direction, double step) const {
    const at::Tensor before = leg.tensor.detach().clone();
    const auto value_at = [&](double offset) {
      const at::NoGradGuard no_grad;
      at::Tensor tensor = leg.tensor;
      tensor.copy_(before + direction * offset);
      try {
        const double result = value();
        tensor.copy_(before);
        return std::optional<double>(result);
      } catch (const c10::Error&) {
        const at::Tensor refused = tensor.detach().clone();
        tensor.copy_(before);
        if (leg.input < 0 ||
            same_bits(refused,
                      member_of_domain(trial_, static_cast<std::size_t>(leg.input), refused))) {
          throw;
        }
        return std::optional<double>();
      }
    };
    const double here = value();
    const std::optional<double> right = value_at(step);
    const std::optional<double> left = value_at(-step);
    if (!right || !left) return std::nullopt;
    const double largest = std::max({std::abs(here), std::abs(*right), std::abs(*left)});
    return Slopes{(here - *left) / step, (*right - here) / step, largest * kRounding / step};
  }

  // The largest value that rounding bites on at this point.
  double largest() const {
    double largest = largest_intermediate([&] { value(); });
    for (const Inputs::Slot& slot : inputs_.slots()) {
      for (const at::Tensor& tensor : slot.tensors) {
        if (!tensor.is_floating_point() || tensor.numel() == 0) continue;
        largest = std::max(largest, tensor.detach().abs().max().item<double>());
      }
    }
    return largest;
  }

 private:
  Trial& trial_;
  const Inputs& inputs_;
};

Verdict judge(const Walker& walker, const Leg& leg, std::uint64_t seed) {
  if (!leg.tensor.grad().defined() || leg.tensor.numel() == 0) return Verdict::holds();
  const at::Tensor direction = direction_for(leg, seed);
  const double slope = (leg.tensor.grad() * direction).sum().item<double>();
  if (!std::isfinite(slope)) return Verdict::holds();  // gradients_are_finite speaks of it
  std::vector<Slopes> seen;
  for (const double step : kSteps) {
    const std::optional<Slopes> slopes = walker.slopes(leg, direction, step);
    if (!slopes.has_value()) return Verdict::holds();
    seen.push_back(*slopes);
    const double scale = std::max(std::abs(slope), std::abs(slopes->central()));
    const double gap = std::abs(slope - slopes->central());
    if (gap <= kAgreement * scale + slopes->rounding) return Verdict::holds();
  }
  const Slopes& last = seen.back();
  const double bend = std::abs(last.right - last.left);
  const double scale = std::max(std::abs(slope), std::abs(last.central()));
  if (!std::isfinite(bend) || bend > kKink * scale + 4 * last.rounding) return Verdict::holds();

  // Differences that do not agree among themselves show no slope, whether they still bend with the
  // step or drown in rounding, which a normalisation may magnify. The pair that agrees best tells
  // how much they leave open.
  const double largest = walker.largest();
  double open = INFINITY;
  double closest = last.central();
  for (std::size_t i = 1; i < seen.size(); ++i) {
    const double spread = std::abs(seen[i - 1].central() - seen[i].central());
    const double here = kSpread * spread + largest * kRounding / kSteps[i];
    if (!(here < open)) continue;
    open = here;
    closest = seen[i].central();
  }
  if (std::abs(slope - closest) <= kAgreement * std::max(std::abs(slope), std::abs(closest)) + open)
    return Verdict::holds();

  Verdict verdict =
      failure("differs", leg.name,
              "the gradient of " + leg.name + " is not the slope that finite differences see",
              fmt::format("along a random direction of {}: {:.9g} by backward(), "
                          "{:.9g} by differences",
                          leg.name, slope, closest));
  verdict.evidence.bound =
      fmt::format("relative {:g}, and {:.2g} that differences leave open", kAgreement, open);
  return verdict;
}

// Judges every gradient where the subject and `inputs` stand.
Verdict judge_here(Trial& trial, const Inputs& inputs, const std::vector<Leg>& legs) {
  trial.model().zero_grad();
  for (const Leg& leg : legs) {
    at::Tensor tensor = leg.tensor;
    tensor.mutable_grad() = at::Tensor();
  }
  const at::Tensor loss = weighted_sum(trial.forward_with_grad(inputs));
  if (!loss.defined() || !loss.requires_grad()) {
    return Verdict::discarded("no output of this case has a gradient");
  }
  if (!std::isfinite(loss.item<double>())) return Verdict::discarded("an output is not finite");
  run_backward(loss);
  const Walker walker(trial, inputs);
  std::uint64_t seed = trial.seed("direction");
  for (const Leg& leg : legs) {
    Verdict verdict = judge(walker, leg, ++seed);
    if (verdict.is_failure()) return verdict;
  }
  return Verdict::holds();
}

void move_nearby(const Trial& trial, const std::vector<Leg>& legs, std::uint64_t seed) {
  const at::NoGradGuard no_grad;
  for (const Leg& leg : legs) {
    at::Tensor tensor = leg.tensor;
    const at::Tensor moved = tensor.detach() + direction_for(leg, ++seed) * kNearby;
    tensor.copy_(leg.input < 0
                     ? moved
                     : member_of_domain(trial, static_cast<std::size_t>(leg.input), moved));
  }
}

}  // namespace

Verdict check_finite_differences(Trial& trial) {
  if (auto verdict = unless_deterministic(trial)) return *verdict;
  if (!trial.probe().dtype_pure) {
    return Verdict::not_applicable("probed: the subject casts to a lower dtype inside");
  }
  const TwinScope twin(trial, DType::float64);
  Inputs inputs = converted(trial.inputs(), DType::float64);
  std::vector<Leg> legs;
  for (const NamedTensor& parameter : trial.model().parameters()) {
    const std::int64_t padding = padding_row(trial.model().module(), parameter.tensor);
    legs.push_back({parameter.name, parameter.tensor, /*input=*/-1, padding});
  }
  for (std::size_t i = 0; i < inputs.count(); ++i) {
    Inputs::Slot& slot = inputs.slots()[i];
    for (at::Tensor& tensor : slot.tensors) {
      if (!tensor.is_floating_point()) continue;
      tensor = tensor.detach().clone().requires_grad_(true);
      legs.push_back({slot.name, tensor, static_cast<std::int64_t>(i)});
    }
  }
  const Verdict verdict = judge_here(trial, inputs, legs);
  for (std::uint64_t point = 1; point <= kPointsNearby && verdict.is_failure(); ++point) {
    move_nearby(trial, legs, trial.seed("nearby " + std::to_string(point)));
    if (!judge_here(trial, inputs, legs).is_failure()) return Verdict::holds();
  }
  return verdict;
}

}  // namespace gradgrind
