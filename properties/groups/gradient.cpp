// Every parameter learns, and what it learns is finite, bounded and right.
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>

#include "properties/autograd_graph.h"
#include "properties/compare.h"
#include "properties/groups/backward.h"
#include "properties/groups/finite_differences.h"
#include "properties/groups/groups.h"
#include "properties/groups/support.h"

namespace gradgrind {
namespace {

bool is_same(const at::Tensor& a, const at::Tensor& b) {
  return a.unsafeGetTensorImpl() == b.unsafeGetTensorImpl();
}

bool contains(const std::vector<at::Tensor>& tensors, const at::Tensor& wanted) {
  return std::any_of(tensors.begin(), tensors.end(),
                     [&](const at::Tensor& tensor) { return is_same(tensor, wanted); });
}

// The first names: a large network has hundreds of parameters.
std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 8;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kMost); ++i) {
    text += (text.empty() ? "" : ", ") + names[i];
  }
  if (names.size() > kMost) text += " and " + std::to_string(names.size() - kMost) + " more";
  return text;
}

Verdict check_reachable(Trial& trial) {
  const Inputs inputs = trial.inputs();
  const Outputs outputs = trial.forward_with_grad(inputs);
  const std::vector<at::Tensor> leaves = reachable_leaves(outputs.tensors);
  const std::vector<NamedTensor> parameters = trial.model().parameters();
  const bool is_trainable =
      std::any_of(parameters.begin(), parameters.end(),
                  [](const NamedTensor& entry) { return entry.tensor.requires_grad(); });
  if (!is_trainable && leaves.empty()) {
    return Verdict::not_applicable("probed: no parameter is trainable, as in an inference export");
  }
  std::vector<std::string> unused;
  std::vector<std::string> frozen;
  for (const NamedTensor& parameter : parameters) {
    if (is_frozen(trial.contract(), parameter.name)) continue;
    if (!parameter.tensor.requires_grad()) {
      frozen.push_back(parameter.name);
    } else if (!contains(leaves, parameter.tensor)) {
      unused.push_back(parameter.name);
    }
  }
  std::vector<std::string> unregistered;
  for (const at::Tensor& leaf : leaves) {
    const bool is_registered =
        std::any_of(parameters.begin(), parameters.end(),
                    [&](const NamedTensor& parameter) { return is_same(parameter.tensor, leaf); });
    if (!is_registered) unregistered.push_back(to_string(Shape(leaf.sizes().vec())));
  }
  if (!unregistered.empty()) {
    return failure("unregistered", "",
                   "used but not registered: trainable tensors of shape " + listed(unregistered) +
                       " reach the outputs, and parameters() does not list them: no optimizer "
                       "trains them, nothing saves them");
  }
  if (!unused.empty()) {
    return failure("unused", listed(unused),
                   "registered but unused: no output has a gradient path to " + listed(unused));
  }
  if (!frozen.empty()) {
    return failure("frozen", listed(frozen),
                   "frozen but not declared so: " + listed(frozen) +
                       " has requires_grad = false; declare .frozen(\"" + frozen.front() +
                       "\") if that is meant");
  }
  return Verdict::holds();
}

// Gradients of the loss, or of all outputs where there is none, in evaluation mode.
struct Gradients {
  Inputs inputs;
  Outputs outputs;
  bool exist = false;
};

Gradients gradients_of(Trial& trial) {
  Gradients result;
  result.inputs = differentiable_inputs(trial);
  trial.model().zero_grad();
  result.outputs = trial.forward_with_grad(result.inputs);
  const at::Tensor loss = trial.contract().data().loss != nullptr
                              ? loss_of(trial, result.outputs, trial.targets(), {})
                              : weighted_sum(result.outputs);
  result.exist = loss.defined() && loss.requires_grad();
  if (result.exist) run_backward(loss);
  return result;
}

bool all_finite(const Outputs& outputs) {
  return std::all_of(outputs.tensors.begin(), outputs.tensors.end(),
                     [](const at::Tensor& output) { return first_non_finite(output) < 0; });
}

std::optional<Verdict> judge_gradient(const std::string& name, const at::Tensor& tensor) {
  const at::Tensor& gradient = tensor.grad();
  if (!gradient.defined()) return std::nullopt;
  if (gradient.sizes() != tensor.sizes() || gradient.scalar_type() != tensor.scalar_type()) {
    return failure("wrong shape", name, "the gradient of " + name + " has another shape or dtype");
  }
  const std::int64_t position = first_non_finite(gradient);
  if (position < 0) return std::nullopt;
  return failure(
      "not finite", name, "the gradient of " + name + " is not finite although every output is",
      "d/d " + name + index_text(gradient, position) + " is " + element_text(gradient, position));
}

Verdict check_finite_gradients(Trial& trial) {
  const Gradients result = gradients_of(trial);
  if (!result.exist) return Verdict::discarded("no output of this case has a gradient");
  if (!all_finite(result.outputs)) return Verdict::discarded("an output is not finite");
  for (const NamedTensor& parameter : trial.model().parameters()) {
    if (auto verdict = judge_gradient(parameter.name, parameter.tensor)) return *verdict;
  }
  for (const Inputs::Slot& slot : result.inputs.slots()) {
    for (const at::Tensor& tensor : slot.tensors) {
      if (auto verdict = judge_gradient(slot.name, tensor)) return *verdict;
    }
  }
  return Verdict::holds();
}

Verdict check_nonzero_gradients(Trial& trial) {
  const Gradients result = gradients_of(trial);
  std::vector<std::string> zero;
  for (const NamedTensor& parameter : trial.model().parameters()) {
    if (!parameter.tensor.requires_grad() || is_frozen(trial.contract(), parameter.name)) continue;
    const at::Tensor& gradient = parameter.tensor.grad();
    const bool is_zero = !gradient.defined() || gradient.count_nonzero().item<std::int64_t>() == 0;
    if (is_zero) zero.push_back(parameter.name);
  }
  if (zero.empty()) return Verdict::holds();
  return failure("zero gradient", listed(zero),
                 "the gradient of " + listed(zero) + " is exactly 0 in every element");
}

// Beyond these ratios to the median of all parameters a layer cannot learn beside the others.
constexpr double kExplodes = 1e6;
constexpr double kVanishes = 1e-12;

Verdict check_gradient_norms(Trial& trial) {
  const Gradients result = gradients_of(trial);
  if (!result.exist) return Verdict::discarded("no output of this case has a gradient");
  std::vector<std::pair<double, std::string>> norms;
  for (const NamedTensor& parameter : trial.model().parameters()) {
    const at::Tensor& gradient = parameter.tensor.grad();
    if (!gradient.defined() || gradient.numel() == 0) continue;
    const double norm = gradient.to(at::kDouble).norm().item<double>() /
                        std::sqrt(static_cast<double>(gradient.numel()));
    if (norm > 0) norms.emplace_back(norm, parameter.name);
  }
  if (norms.size() < 2) return Verdict::discarded("fewer than two parameters have a gradient");
  std::sort(norms.begin(), norms.end());
  const double median = norms[norms.size() / 2].first;
  for (const auto& [norm, name] : {norms.front(), norms.back()}) {
    if (norm <= kExplodes * median && norm >= kVanishes * median) continue;
    return failure("out of range", name,
                   "the gradient of " + name + " has a root mean square of " +
                       std::to_string(norm) + ", the median over all parameters is " +
                       std::to_string(median));
  }
  return Verdict::holds();
}

}  // namespace

Suite gradient_group() {
  Suite suite;
  Property& reachable =
      add(suite, "every_parameter_is_reachable",
          "registered trainable parameters and trainable tensors that the outputs use are the same",
          ToleranceClass::structure, without_trainable_module, check_reachable);
  reachable.quantifier = Quantifier::some;
  reachable.least_cases = 5;
  reachable.cost = 2;
  add(suite, "gradients_are_finite",
      "wherever the outputs are finite, so is the gradient of each parameter and input",
      ToleranceClass::exact, without_gradients, check_finite_gradients)
      .cost = 3;
  Property& nonzero = add(suite, "no_gradient_is_identically_zero",
                          "each trainable parameter has a gradient that is not zero throughout",
                          ToleranceClass::exact, without_trainable_module, check_nonzero_gradients);
  nonzero.quantifier = Quantifier::some;
  nonzero.cost = 3;
  nonzero.least_cases = 5;
  Property& norms =
      add(suite, "gradient_norms_are_bounded",
          "no parameter's gradient is 1e6 times larger or 1e12 times smaller than the median one",
          ToleranceClass::direction, without_trainable_module, check_gradient_norms);
  norms.quantifier = Quantifier::some;
  norms.cost = 3;
  Property& differences =
      add(suite, "gradients_match_finite_differences",
          "in float64 each gradient is the slope that finite differences see",
          ToleranceClass::direction, without_gradients, check_finite_differences);
  differences.cases = 10;
  differences.cost = 60;
  differences.in_float64 = true;
  Property& reached = add(suite, "gradients_reach_every_input",
                          "an input that the outputs follow smoothly gets a gradient",
                          ToleranceClass::direction, without_gradients, check_inputs_reached);
  reached.cases = 20;
  reached.cost = 4;
  reached.in_float64 = true;
  Property& linear =
      add(suite, "gradients_are_linear",
          "an output gradient of 0 gives gradients of exactly 0, and a scaled one scaled ones",
          ToleranceClass::direction, without_gradients, check_linear_gradients);
  linear.cases = 20;
  linear.cost = 12;
  linear.in_float64 = true;
  Property& again = add(suite, "a_second_backward_agrees",
                        "a second backward through the same graph gives the same bits, and none "
                        "writes to what it is given",
                        ToleranceClass::exact, without_gradients, check_second_backward);
  again.cases = 20;
  again.cost = 6;
  Property& layouts =
      add(suite, "same_for_every_gradient_layout",
          "permuted, strided and expanded output gradients give what contiguous ones do",
          ToleranceClass::ladder, without_gradients, check_gradient_layouts);
  layouts.cases = 10;
  layouts.cost = 25;
  return labelled("gradient", std::move(suite));
}

}  // namespace gradgrind
