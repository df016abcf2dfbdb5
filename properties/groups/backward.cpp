#include "properties/groups/backward.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/stack.h>
#include <c10/util/Exception.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "gradgrind/generators/source.h"
#include "properties/autograd_graph.h"
#include "properties/compare.h"
#include "properties/groups/pullback.h"
#include "properties/groups/support.h"
#include "properties/tolerance.h"

namespace gradgrind {
namespace {

using Tensors = std::vector<at::Tensor>;

Tensors mapped(const Tensors& tensors, const std::function<at::Tensor(const at::Tensor&)>& map) {
  Tensors result;
  for (const at::Tensor& tensor : tensors) result.push_back(map(tensor));
  return result;
}

Verdict no_gradient() { return Verdict::discarded("no output of this case has a gradient"); }

// -- Layouts of an output gradient ----------------------------------------------------------------

at::Tensor permuted(const at::Tensor& tensor) {
  if (tensor.dim() < 2) return tensor;
  return tensor.transpose(0, -1).contiguous().transpose(0, -1);
}

// Every other element of a memory that holds NaN in between.
at::Tensor strided(const at::Tensor& tensor) {
  const at::Tensor poison = at::full_like(tensor, std::numeric_limits<double>::quiet_NaN());
  return at::stack({tensor, poison}, -1).select(-1, 0);
}

// One number seen everywhere, as sum().backward() hands out.
at::Tensor expanded(const at::Tensor& tensor) {
  return at::ones({}, tensor.options()).expand(tensor.sizes());
}

struct GradientLayout {
  const char* name;
  at::Tensor (*apply)(const at::Tensor&);
  at::Tensor (*dense)(const at::Tensor&);  // the same values, contiguous
};

at::Tensor itself(const at::Tensor& tensor) { return tensor; }
at::Tensor of_ones(const at::Tensor& tensor) { return at::ones(tensor.sizes(), tensor.options()); }

constexpr GradientLayout kLayouts[] = {
    {"permuted", permuted, itself}, {"strided", strided, itself}, {"expanded", expanded, of_ones}};

// -- Slopes ---------------------------------------------------------------------------------------

constexpr double kStep = 1e-3;

// Along a random direction of `tensor`, from differences of two widths; nothing where they see
// different ones, as at a jump or a kink, or none.
std::optional<double> slope_along(Trial& trial, Inputs& inputs, at::Tensor& tensor) {
  const at::NoGradGuard no_grad;
  const at::Tensor before = tensor.detach().clone();
  at::Tensor direction = at::ones_like(before);
  RandomSource source(trial.seed("direction"));
  auto* values = direction.data_ptr<double>();
  for (std::int64_t i = 0; i < direction.numel(); ++i) {
    values[i] = (source.flag() ? 1 : -1) * source.real(0.5, 1);
  }
  const auto value_at = [&](double offset) {
    at::Tensor moved = before + direction * offset;
    std::swap(tensor, moved);
    const at::Tensor sum = weighted_sum(trial.forward(inputs));
    std::swap(tensor, moved);
    return sum.defined() ? sum.item<double>() : NAN;
  };
  const double wide = (value_at(kStep) - value_at(-kStep)) / (2 * kStep);
  const double narrow = (value_at(kStep / 4) - value_at(-kStep / 4)) / (kStep / 2);
  const double noise = 64 *
                       rounding_bound(16, unit_roundoff(DType::float64),
                                      largest_intermediate([&] { trial.forward(inputs); })) /
                       kStep;
  if (!std::isfinite(wide) || !std::isfinite(narrow)) return std::nullopt;
  if (std::abs(wide - narrow) > std::abs(narrow) / 8 || std::abs(narrow) <= noise) {
    return std::nullopt;
  }
  return narrow;
}

}  // namespace

Verdict check_linear_gradients(Trial& trial) {
  constexpr double kFactor = -1024;  // a power of two: scaling by it rounds nothing
  const DType dtype = finest_dtype(trial);
  const TwinScope twin(trial, dtype);
  const Pullback pull(trial, differentiable_inputs_in(trial, dtype));
  if (!pull.exists()) return no_gradient();
  const Tensors gradients = pull.output_gradients(trial.seed("output gradients"));
  const Outputs once = pull(gradients);
  if (!are_finite(once)) return Verdict::discarded("a gradient is not finite");
  const Outputs none = pull(mapped(gradients, [](const at::Tensor& g) { return g * 0; }));
  const Tensors scaled = mapped(gradients, [](const at::Tensor& g) { return g * kFactor; });
  const Outputs many = pull(scaled);
  // A backward that goes by way of a logarithm rounds on it.
  const double largest = largest_intermediate([&] { pull(scaled); });
  const double bound = 64 * rounding_bound(16, unit_roundoff(dtype), largest);
  for (std::size_t i = 0; i < once.count(); ++i) {
    const std::string& name = pull.names()[i];
    const at::Tensor zero = once[i] * 0;
    if (!same_bits(zero, none[i])) {
      return failure("not zero", name, name + " is not 0 where every output gradient is 0",
                     worst_text(name, zero, "by linearity", none[i], "by backward"));
    }
    const at::Tensor expected = once[i] * kFactor;
    if (worst_element(expected, many[i]).difference <= bound) continue;
    Verdict verdict = failure("not linear", name,
                              name + " does not follow an output gradient that is scaled by -1024",
                              worst_text(name, expected, "by linearity", many[i], "by backward"));
    verdict.evidence.bound = fmt::format("rounding explains {:.3g}", bound);
    return verdict;
  }
  return Verdict::holds();
}

Verdict check_second_backward(Trial& trial) {
  const Pullback pull(trial, differentiable_inputs(trial));
  if (!pull.exists()) return no_gradient();
  const Tensors gradients = pull.output_gradients(trial.seed("output gradients"));
  const Tensors before = mapped(gradients, [](const at::Tensor& g) { return g.clone(); });
  const Outputs first = pull(gradients);
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    if (same_bits(before[i], gradients[i])) continue;
    return failure("written to", trial.output_name(i),
                   "backward writes to the gradient of an output that it is given",
                   worst_text("gradient", before[i], "before", gradients[i], "after"));
  }
  const Outputs second = pull(gradients);
  for (std::size_t i = 0; i < first.count(); ++i) {
    if (same_bits(first[i], second[i])) continue;
    const std::string& name = pull.names()[i];
    return failure("differs", name,
                   name + " is another in a second backward through the same graph",
                   worst_text(name, first[i], "at first", second[i], "the second time"));
  }
  return Verdict::holds();
}

Verdict check_gradient_layouts(Trial& trial) {
  for (const GradientLayout& layout : kLayouts) {
    std::vector<std::string> names;
    const auto in = [&](DType dtype) {
      const TwinScope twin(trial, dtype);
      const Pullback pull(trial, differentiable_inputs_in(trial, dtype));
      names = pull.names();
      if (!pull.exists()) return std::pair<Outputs, Outputs>();
      const Tensors gradients = pull.output_gradients(trial.seed("output gradients"));
      return std::pair<Outputs, Outputs>(pull(mapped(gradients, layout.dense)),
                                         pull(mapped(gradients, layout.apply)));
    };
    in(trial.tested().dtype);
    if (names.empty()) return no_gradient();
    Verdict verdict =
        agree(trial, {"for contiguous output gradients",
                      std::string("for ") + layout.name + " output gradients", in, names});
    if (verdict.is_failure()) return verdict;
  }
  return Verdict::holds();
}

Verdict check_inputs_reached(Trial& trial) {
  if (auto verdict = unless_deterministic(trial)) return *verdict;
  if (trial.probe().refuses_float64 || !trial.probe().dtype_pure) {
    return Verdict::not_applicable("probed: the subject does not compute in float64");
  }
  const TwinScope twin(trial, DType::float64);
  Inputs inputs = differentiable_inputs_in(trial, DType::float64);
  const Outputs outputs = trial.forward_with_grad(inputs);
  const std::vector<at::Tensor> leaves = reachable_leaves(outputs.tensors);
  for (Inputs::Slot& slot : inputs.slots()) {
    if (trial.contract().data().cuts.count(slot.name) != 0) continue;
    for (at::Tensor& tensor : slot.tensors) {
      if (!tensor.defined() || !tensor.requires_grad() || first_non_finite(tensor) >= 0) continue;
      const auto is_it = [&](const at::Tensor& other) { return other.is_same(tensor); };
      // An input that comes back as it is has no graph behind it.
      const bool is_reached = std::any_of(leaves.begin(), leaves.end(), is_it) ||
                              std::any_of(outputs.tensors.begin(), outputs.tensors.end(), is_it);
      if (is_reached) continue;
      std::optional<double> slope;
      try {
        slope = slope_along(trial, inputs, tensor);
      } catch (const c10::Error&) {
        continue;  // The step leaves the domain of the input.
      }
      if (!slope.has_value()) continue;
      return failure("cut", slot.name,
                     "the outputs follow " + slot.name + " smoothly, and no gradient reaches it",
                     fmt::format("finite differences see a slope of {:.6g} along a random "
                                 "direction; declare .no_gradient_to(\"{}\", reason) where that "
                                 "is meant",
                                 *slope, slot.name));
    }
  }
  return Verdict::holds();
}

}  // namespace gradgrind
