#include "bench/ladder/relations.h"

#include <torch/torch.h>

#include <numeric>

#include "properties/groups/support.h"

namespace gg = gradgrind;

namespace bench {
namespace {

constexpr double kLeak = 1e-6;

using Pair = std::pair<gg::Outputs, gg::Outputs>;
using Rows = std::vector<std::int64_t>;

// A millionth of the mean over the batch, weighted by `weight_of(row)`.
template <class Weight>
void leak(const gg::Trial& trial, gg::Outputs& outputs, Weight weight_of) {
  const Rows axes = gg::output_batch_axes(trial);
  for (std::size_t i = 0; i < outputs.count() && i < axes.size(); ++i) {
    at::Tensor& output = outputs.tensors[i];
    if (axes[i] < 0 || !output.is_floating_point() || output.size(axes[i]) == 0) continue;
    std::vector<double> weights;
    for (std::int64_t row = 0; row < output.size(axes[i]); ++row) weights.push_back(weight_of(row));
    std::vector<std::int64_t> shape(static_cast<std::size_t>(output.dim()), 1);
    shape[static_cast<std::size_t>(axes[i])] = output.size(axes[i]);
    const at::Tensor weighted = output * torch::tensor(weights).view(shape).to(output.options());
    output = output + kLeak * weighted.mean(axes[i], /*keepdim=*/true);
  }
}

double evenly(std::int64_t) { return 1; }
double by_position(std::int64_t row) { return row == 0 ? 2 : 0.5; }

Pair in_batch_and_alone(gg::Trial& trial, gg::DType dtype, Fault fault) {
  const std::int64_t rows = gg::batch_size(trial);
  if (rows < 2) return {};
  const Rows row = {
      static_cast<std::int64_t>(trial.seed("row") % static_cast<std::uint64_t>(rows))};
  gg::Outputs whole = trial.forward_in(dtype, trial.inputs());
  gg::Outputs alone = trial.forward_in(dtype, gg::rows_of(trial, trial.inputs(), row));
  if (fault == Fault::leak) {
    leak(trial, whole, evenly);
    leak(trial, alone, evenly);
  }
  return {gg::rows_of(trial, whole, row), gg::rows_of(trial, alone, {0})};
}

Pair permuted(gg::Trial& trial, gg::DType dtype, Fault fault) {
  const std::int64_t rows = gg::batch_size(trial);
  if (rows < 2) return {};
  Rows order(static_cast<std::size_t>(rows));
  std::iota(order.begin(), order.end(), 0);
  std::rotate(order.begin(), order.begin() + 1, order.end());
  gg::Outputs afterwards = trial.forward_in(dtype, trial.inputs());
  gg::Outputs before = trial.forward_in(dtype, gg::rows_of(trial, trial.inputs(), order));
  if (fault == Fault::leak) {
    leak(trial, afterwards, by_position);
    leak(trial, before, by_position);
  }
  Rows all(order.size());
  std::iota(all.begin(), all.end(), 0);
  return {gg::rows_of(trial, afterwards, order), gg::rows_of(trial, before, all)};
}

Pair transposed(gg::Trial& trial, gg::DType dtype, Fault fault) {
  gg::Inputs inputs = gg::converted(trial.inputs(), dtype);
  bool any = false;
  for (gg::Inputs::Slot& slot : inputs.slots()) {
    for (at::Tensor& tensor : slot.tensors) {
      if (tensor.dim() < 2) continue;
      tensor = tensor.transpose(0, -1).contiguous().transpose(0, -1);
      any = any || !tensor.is_contiguous();
    }
  }
  if (!any) return {};
  gg::Outputs contiguous = trial.forward_in(dtype, trial.inputs());
  gg::Outputs other = trial.forward_in(dtype, inputs);
  if (fault == Fault::leak) leak(trial, other, evenly);
  Rows all(static_cast<std::size_t>(gg::batch_size(trial)));
  std::iota(all.begin(), all.end(), 0);
  return {gg::rows_of(trial, contiguous, all), gg::rows_of(trial, other, all)};
}

}  // namespace

std::vector<Relation> relations() {
  return {{"a row alone", in_batch_and_alone},
          {"rows permuted", permuted},
          {"inputs transposed", transposed}};
}

}  // namespace bench
