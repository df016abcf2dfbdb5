#include "properties/groups/fresh_start.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "gradgrind/properties/observation.h"
#include "properties/compare.h"
#include "properties/groups/support.h"
#include "properties/journal.h"
#include "properties/tolerance.h"

namespace gradgrind {
namespace {

bool should_learn(const Trial& trial, const NamedTensor& parameter) {
  return parameter.tensor.requires_grad() && !is_frozen(trial.contract(), parameter.name);
}

// The loss of the contract, or a sum of the outputs; undefined where it has no gradient.
at::Tensor loss_with_gradient(const Trial& trial, const Model& model, DType dtype) {
  const at::AutoGradMode with_grad(true);
  const Phase phase("forward");
  const Outputs outputs = model.forward(converted(trial.inputs(), dtype), trial.tested().seed);
  const at::Tensor loss = trial.contract().data().loss != nullptr
                              ? loss_of(trial, outputs, converted(trial.targets(), dtype), {})
                              : weighted_sum(outputs);
  return loss.defined() && loss.requires_grad() ? loss : at::Tensor();
}

// -- A start from fresh weights -------------------------------------------------------------------

// A chain of so many parameters that start at zero comes to life one after the other.
constexpr int kSteps = 4;
constexpr double kRate = 0.1;

Model fresh_model(const Trial& trial) {
  Case fresh = trial.tested();
  fresh.weights.policy = WeightPolicy::fresh;
  fresh.weights.state.clear();
  return Model(trial.contract().data().subject, fresh);
}

// Takes a step of gradient descent and notes which of the parameters had a gradient.
void step(const std::vector<NamedTensor>& parameters, std::set<std::string>& seen) {
  const at::NoGradGuard no_grad;
  for (const NamedTensor& parameter : parameters) {
    at::Tensor values = parameter.tensor;
    const at::Tensor& gradient = values.grad();
    if (!gradient.defined() || gradient.count_nonzero().item<std::int64_t>() == 0) continue;
    seen.insert(parameter.name);
    values.sub_(gradient, kRate);
  }
}

// -- Gradients in both modes ----------------------------------------------------------------------

struct Norm {
  std::string name;
  double value = 0;
};

// Of each parameter that should learn; nothing without a loss.
std::optional<std::vector<Norm>> gradient_norms(Trial& trial, bool training) {
  Model& model = trial.model();
  model.train(training);
  model.zero_grad();
  const at::Tensor loss = loss_with_gradient(trial, model, DType::float64);
  if (!loss.defined()) return std::nullopt;
  run_backward(loss);
  std::vector<Norm> norms;
  for (const NamedTensor& parameter : model.parameters()) {
    if (!should_learn(trial, parameter)) continue;
    const at::Tensor& gradient = parameter.tensor.grad();
    norms.push_back({parameter.name, gradient.defined() ? gradient.norm().item<double>() : 0});
  }
  return norms;
}

NamedTensor parameter_of(Trial& trial, const std::string& name) {
  for (const NamedTensor& parameter : trial.model().parameters()) {
    if (parameter.name == name) return parameter;
  }
  return {};
}

double largest(const std::vector<Norm>& norms) {
  double value = 0;
  for (const Norm& norm : norms) value = std::max(value, norm.value);
  return value;
}

// Shares of the largest gradient: what a sum that cancels leaves in float64, and what is seen well.
constexpr double kRounding = 1e-11;
constexpr double kVisible = 1e-5;

// Shifts a parameter, each element by another amount, while it lives.
class Shifted {
 public:
  explicit Shifted(const at::Tensor& parameter) : parameter_(parameter), kept_(parameter.clone()) {
    const at::NoGradGuard no_grad;
    const at::Tensor places = at::arange(1, parameter.numel() + 1, parameter.options());
    parameter_.add_(places.reshape(parameter.sizes()));
  }
  ~Shifted() {
    const at::NoGradGuard no_grad;
    parameter_.copy_(kept_);
  }
  Shifted(const Shifted&) = delete;
  Shifted& operator=(const Shifted&) = delete;

 private:
  at::Tensor parameter_;
  at::Tensor kept_;
};

bool calls_a_batch_norm(const std::function<void()>& run) {
  if (!observation_is_available()) return true;
  const Trace trace = observe({}, run);
  return std::any_of(trace.calls.begin(), trace.calls.end(), [](const OperatorCall& call) {
    return call.name.find("batch_norm") != std::string::npos;
  });
}

// Whether a batch normalisation takes away whatever the bias adds: then training is the same under
// any value of it. Many sound nets keep such a bias, which nobody needs and which harms nobody.
bool is_normalised_away(const Trial& trial, const Model& model, const NamedTensor& parameter) {
  if (parameter.tensor.dim() > 1 || !parameter.tensor.grad().defined()) return false;
  at::Tensor before;
  const auto run = [&] { before = loss_with_gradient(trial, model, DType::float64); };
  if (!calls_a_batch_norm(run)) return false;
  at::Tensor after;
  double magnitude = largest_intermediate(run);
  {
    const Shifted shifted(parameter.tensor.detach());
    magnitude = std::max(magnitude, largest_intermediate([&] {
                           after = loss_with_gradient(trial, model, DType::float64);
                         }));
  }
  const double bound = 64 * rounding_bound(16, unit_roundoff(DType::float64), magnitude);
  return std::abs(before.item<double>() - after.item<double>()) <= bound;
}

// -- Sizes ----------------------------------------------------------------------------------------

constexpr std::uint64_t kDraws = 4;

// A dim at its least, often 1, may well leave nothing to compute with.
bool has_room(const Trial& trial) {
  const auto& dims = trial.contract().space().dims().dims();
  return std::all_of(dims.begin(), dims.end(), [&](const Dim& dim) {
    if (dim.kind == Dim::Kind::variadic) return true;
    const std::int64_t size = trial.tested().dims[dim.name];
    return size >= 2 || (dim.kind == Dim::Kind::free && dim.highest < 2);
  });
}

Inputs all_redrawn(const Trial& trial, std::uint64_t draw) {
  Inputs inputs = trial.inputs();
  for (std::size_t i = 0; i < inputs.count(); ++i) {
    inputs.slots()[i] = inputs_with_redrawn(trial, i, draw).slots()[i];
  }
  return inputs;
}

// Whether other inputs, of the draws from `first_draw` on, change a bit of what `model` gives.
bool follows_inputs(const Trial& trial, const Model& model, std::uint64_t first_draw) {
  const at::NoGradGuard no_grad;
  const Phase phase("forward");
  model.train(false);
  const Outputs first = model.forward(trial.inputs(), trial.tested().seed);
  for (std::uint64_t draw = first_draw; draw < first_draw + kDraws; ++draw) {
    const Outputs other = model.forward(all_redrawn(trial, draw), trial.tested().seed);
    if (bits_differ(trial, first, "", other, "")) return true;
  }
  return false;
}

}  // namespace

std::string without_fresh_weights(const Contract& contract) {
  if (contract.data().subject.kind == Subject::Kind::instance) return "an instance is never fresh";
  const std::vector<WeightPolicy>& policies = contract.data().signature.weights;
  const bool any =
      std::find(policies.begin(), policies.end(), WeightPolicy::fresh) != policies.end();
  return any ? "" : "its weights are never fresh";
}

Verdict check_fresh_start(Trial& trial) {
  if (!trial.probe().differentiable) {
    return Verdict::not_applicable("probed: no output has a gradient");
  }
  const Model model = fresh_model(trial);
  std::vector<NamedTensor> learning;
  for (const NamedTensor& parameter : model.parameters()) {
    if (should_learn(trial, parameter)) learning.push_back(parameter);
  }
  if (learning.empty()) return Verdict::not_applicable("probed: no parameter is trainable");
  model.train(true);
  std::set<std::string> seen;
  for (int taken = 0; taken < kSteps; ++taken) {
    model.zero_grad();
    const at::Tensor loss = loss_with_gradient(trial, model, trial.tested().dtype);
    if (loss.defined()) run_backward(loss);
    step(learning, seen);
  }
  for (const NamedTensor& parameter : learning) {
    if (seen.count(parameter.name) > 0) continue;
    return failure("never moves", parameter.name,
                   "from fresh weights, as the constructor leaves them, " + parameter.name +
                       " gets no gradient in " + std::to_string(kSteps) + " steps");
  }
  return Verdict::holds();
}

Verdict check_gradient_in_training(Trial& trial) {
  if (trial.probe().refuses_float64) return Verdict::not_applicable("float64 is refused");
  const TwinScope twin(trial, DType::float64);
  const auto in_evaluation = gradient_norms(trial, /*training=*/false);
  const auto in_training = gradient_norms(trial, /*training=*/true);
  if (!in_evaluation.has_value() || !in_training.has_value()) {
    return Verdict::discarded("the loss has no gradient");
  }
  const double visible = kVisible * largest(*in_evaluation);
  const double rounding = kRounding * largest(*in_training);
  for (std::size_t i = 0; i < in_training->size(); ++i) {
    const auto& [name, norm] = (*in_training)[i];
    if ((*in_evaluation)[i].value <= visible) {
      return Verdict::discarded("a gradient is too small in evaluation to be missed in training");
    }
    if (norm > rounding || is_normalised_away(trial, trial.model(), parameter_of(trial, name))) {
      continue;
    }
    return failure(
        "cancels", name,
        name +
            " has a gradient in evaluation and none in training: it is cut off there, or "
            "what it adds is taken away again");
  }
  return Verdict::holds();
}

Verdict check_size_matters(Trial& trial) {
  if (auto verdict = unless_deterministic(trial)) return *verdict;
  if (!has_room(trial)) return Verdict::discarded("a dim is at its least");
  if (trial.tested().weights.policy == WeightPolicy::fresh) {
    return Verdict::discarded("weights are fresh: a head may start at zero");
  }
  if (follows_inputs(trial, trial.model(), 0)) return Verdict::holds();
  for (std::uint64_t offset = 1; offset <= kDraws; ++offset) {
    const std::unique_ptr<Model> other = trial.another(offset);
    // Some inputs say nothing of any model: a softmax gives the same for all that are constant.
    if (other == nullptr || follows_inputs(trial, *other, offset * kDraws)) return Verdict::holds();
  }
  std::string sizes;
  for (const auto& [name, size] : trial.tested().dims.sizes) {
    if (trial.is_built_from(name)) sizes += " " + name + " = " + std::to_string(size);
  }
  return failure("constant", "",
                 "built for" + (sizes.empty() ? " these sizes" : sizes) +
                     ", it gives the same bits whatever the inputs hold, under 5 seeds of weights");
}

}  // namespace gradgrind
