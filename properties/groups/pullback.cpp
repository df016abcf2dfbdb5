#include "properties/groups/pullback.h"

#include <ATen/ops/zeros_like.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>

#include "gradgrind/generators/source.h"
#include "gradgrind/properties/materialise.h"
#include "properties/compare.h"
#include "properties/groups/support.h"
#include "properties/journal.h"
#include "properties/watched_runs.h"

namespace gradgrind {

Pullback::Pullback(Trial& trial, const Inputs& inputs) {
  const Outputs outputs = trial.forward_with_grad(inputs);
  for (const at::Tensor& output : outputs.tensors) {
    if (output.is_floating_point() && output.requires_grad()) roots_.push_back(output);
  }
  for (const NamedTensor& parameter : trial.model().parameters()) {
    if (!parameter.tensor.requires_grad()) continue;
    leaves_.push_back(parameter.tensor);
    names_.push_back("d/d " + parameter.name);
  }
  for (const Inputs::Slot& slot : inputs.slots()) {
    for (const at::Tensor& tensor : slot.tensors) {
      if (!tensor.defined() || !tensor.requires_grad()) continue;
      leaves_.push_back(tensor);
      names_.push_back("d/d " + slot.name);
    }
  }
}

std::vector<at::Tensor> Pullback::output_gradients(std::uint64_t seed) const {
  std::vector<at::Tensor> gradients;
  for (const at::Tensor& root : roots_) {
    Array values(DType::float64, root.sizes().vec());
    RandomSource source(mix(seed + gradients.size()));
    for (std::int64_t i = 0; i < values.numel(); ++i) {
      values.as<double>()[i] = (source.flag() ? 1 : -1) * source.real(0.5, 1.5);
    }
    TensorValue dense;
    dense.values = std::move(values);
    gradients.push_back(materialise(dense).to(root.options().requires_grad(false)));
  }
  return gradients;
}

Outputs Pullback::operator()(const std::vector<at::Tensor>& output_gradients) const {
  const Phase phase("backward");
  Outputs result;
  WatchedRuns::backward([&] {
    result.tensors = torch::autograd::grad(roots_, leaves_, output_gradients, /*retain_graph=*/true,
                                           /*create_graph=*/false, /*allow_unused=*/true);
  });
  for (std::size_t i = 0; i < leaves_.size(); ++i) {
    if (!result.tensors[i].defined()) result.tensors[i] = at::zeros_like(leaves_[i]);
    result.paths.push_back(std::to_string(i));
  }
  return result;
}

Inputs differentiable_inputs_in(const Trial& trial, DType dtype) {
  Inputs inputs = converted(trial.inputs(), dtype);
  for (Inputs::Slot& slot : inputs.slots()) {
    for (at::Tensor& tensor : slot.tensors) {
      if (tensor.defined() && tensor.is_floating_point()) tensor.requires_grad_(true);
    }
  }
  return inputs;
}

DType finest_dtype(const Trial& trial) {
  return trial.probe().refuses_float64 ? trial.tested().dtype : DType::float64;
}

bool are_finite(const Outputs& outputs) {
  return std::all_of(outputs.tensors.begin(), outputs.tensors.end(),
                     [](const at::Tensor& tensor) { return first_non_finite(tensor) < 0; });
}

}  // namespace gradgrind
