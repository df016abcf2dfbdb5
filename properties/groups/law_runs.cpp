#include "properties/groups/law_runs.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/maximum.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "gradgrind/properties/contract.h"
#include "properties/groups/support.h"
#include "properties/tolerance.h"

namespace gradgrind {
namespace {

// The inputs with `map` applied to input `name`.
Inputs with(Inputs inputs, const std::string& name, const Map& map) {
  at::Tensor& tensor = inputs[name];
  tensor = map(tensor);
  return inputs;
}

// -- Order ----------------------------------------------------------------------------------------

// By how much f falls where x rises, at its worst; and what rounding explains.
struct Fall {
  Outputs below;
  Outputs above;
  std::size_t output = 0;
  double depth = 0;
  double bound = 0;
};

Fall fall_in(Trial& trial, const Law& law, DType dtype) {
  const at::Tensor other = other_contents(trial, law.input, dtype);
  Fall fall;
  const auto run = [&] {
    fall.below = plain(trial, dtype);
    fall.above =
        after(trial, dtype, law.input, [&](const at::Tensor& x) { return at::maximum(x, other); });
  };
  fall.bound = 64 * rounding_bound(16, unit_roundoff(dtype), largest_intermediate(run));
  for (std::size_t i = 0; i < fall.below.count(); ++i) {
    if (fall.below[i].numel() == 0) continue;
    const double depth = (fall.below[i] - fall.above[i]).max().to(at::kDouble).item<double>();
    if (depth > fall.depth) fall.output = i;
    fall.depth = std::max(fall.depth, depth);
  }
  return fall;
}

// -- Bounded change ------------------------------------------------------------------------------

// How much the outputs change, in one place of the input and nearby, and what may be of it.
struct Change {
  double moved = 0;  // By the input.
  double seen = 0;
  double allowed = 0;
  double bound = 0;  // What rounding explains.
};

double distance(const Outputs& a, const Outputs& b) {
  double squared = 0;
  for (std::size_t i = 0; i < a.count(); ++i) {
    if (!a[i].is_floating_point() || a[i].sizes() != b[i].sizes()) continue;
    squared += (a[i].to(at::kDouble) - b[i].to(at::kDouble)).pow(2).sum().item<double>();
  }
  return std::sqrt(squared);
}

std::int64_t elements_of(const Outputs& outputs) {
  std::int64_t count = 0;
  for (const at::Tensor& output : outputs.tensors) count += output.numel();
  return count;
}

// A step towards other contents: all the way, or a share of 2^-10 or 2^-20 of it.
Change change_in(Trial& trial, const Law& law, double share, DType dtype) {
  const at::Tensor other = other_contents(trial, law.input, dtype);
  Outputs before;
  Outputs after_step;
  Change change;
  const auto run = [&] {
    before = plain(trial, dtype);
    after_step = after(trial, dtype, law.input, [&](const at::Tensor& x) {
      const at::Tensor moved_x = x + (other - x) * share;
      change.moved = (moved_x.to(at::kDouble) - x.to(at::kDouble)).norm().item<double>();
      return moved_x;
    });
  };
  const double magnitude = largest_intermediate(run);
  change.bound = 64 * rounding_bound(16, unit_roundoff(dtype), magnitude) *
                 std::sqrt(static_cast<double>(elements_of(before)));
  change.seen = distance(before, after_step);
  change.allowed = law.degree * change.moved;
  return change;
}

}  // namespace

Inputs inputs_in(const Trial& trial, DType dtype) { return converted(trial.inputs(), dtype); }

Outputs after(Trial& trial, DType dtype, const std::string& name, const Map& map) {
  return trial.forward_in(dtype, with(inputs_in(trial, dtype), name, map));
}

Outputs plain(Trial& trial, DType dtype) { return trial.forward_in(dtype, trial.inputs()); }

at::Tensor other_contents(const Trial& trial, const std::string& name, DType dtype) {
  const auto& inputs = trial.contract().data().signature.inputs;
  std::size_t position = 0;
  while (inputs[position].first != name) ++position;
  return converted(inputs_with_redrawn(trial, position, /*seed=*/1), dtype)[name];
}

Verdict check_monotone_law(Trial& trial, const Law& law) {
  Fall fall = fall_in(trial, law, trial.tested().dtype);
  if (fall.depth <= fall.bound) return Verdict::holds();
  if (!trial.probe().refuses_float64) {
    const Fall fine = fall_in(trial, law, DType::float64);
    if (fine.depth <= fine.bound) return Verdict::holds();
  }
  const std::string name = trial.output_name(fall.output);
  Verdict verdict = failure("falls", name,
                            name + " falls where every element of " + law.input + " rises or stays",
                            fmt::format("by {:.6g} at its worst", fall.depth));
  verdict.evidence.bound = fmt::format("rounding explains {:.3g}", fall.bound);
  return verdict;
}

Verdict check_lipschitz_law(Trial& trial, const Law& law) {
  const DType dtype = trial.probe().refuses_float64 ? trial.tested().dtype : DType::float64;
  for (const double share : {1.0, 0x1p-10, 0x1p-20}) {
    const Change change = change_in(trial, law, share, dtype);
    if (change.seen <= change.allowed + change.bound) continue;
    Verdict verdict =
        failure("changes too much", "",
                fmt::format("a change of {} changes the outputs {:.6g} times as much, not {:.6g} "
                            "times at most",
                            law.input, change.seen / change.moved, law.degree),
                fmt::format("the outputs change by {:.6g}, where {:.6g} is declared", change.seen,
                            change.allowed));
    verdict.evidence.bound = fmt::format("rounding explains {:.3g}", change.bound);
    return verdict;
  }
  return Verdict::holds();
}

}  // namespace gradgrind
