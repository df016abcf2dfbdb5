#include "properties/probe.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "gradgrind/generators/error.h"
#include "properties/compare.h"
#include "properties/journal.h"

namespace gradgrind {
namespace {

bool differ(const Outputs& a, const Outputs& b) {
  for (std::size_t i = 0; i < a.count() && i < b.count(); ++i) {
    if (!same_bits(a[i], b[i])) return true;
  }
  return a.count() != b.count();
}

double seconds_of(const std::function<void()>& run) {
  const auto start = std::chrono::steady_clock::now();
  run();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Whether another seed changes what comes back, in the model's present mode.
bool is_random(Trial& trial, const Outputs& under_first_seed) {
  const at::NoGradGuard no_grad;
  return differ(under_first_seed, trial.model().forward(trial.inputs(), trial.seed("probe")));
}

// Floating results must follow the dtype, and a pure path gives other digits in float64.
void probe_other_precision(Trial& trial, const Outputs& own, Probe& probe) {
  const DType other = trial.tested().dtype == DType::float64 ? DType::float32 : DType::float64;
  Outputs twin;
  const double seconds = seconds_of([&] { twin = trial.forward_in(other, trial.inputs()); });
  if (other == DType::float64) probe.float64_seconds = std::max(probe.float64_seconds, seconds);
  for (std::size_t i = 0; i < own.count() && i < twin.count(); ++i) {
    if (own[i].is_floating_point() && own[i].scalar_type() == twin[i].scalar_type()) {
      probe.dtype_pure = false;
    }
  }
}

Case random_case(const Contract& contract, std::uint64_t seed, std::uint64_t index) {
  return contract.space().at(seed, contract.space().edges().size() + index);
}

// The simplest dtype first: of a network of real size only one case is probed, and float64 may take
// 27 times as long.
std::vector<std::uint64_t> in_order_of_dtype(const Contract& contract, std::uint64_t seed,
                                             std::uint64_t cases) {
  std::vector<std::pair<DType, std::uint64_t>> order;
  for (std::uint64_t index = 0; index < cases; ++index) {
    order.emplace_back(random_case(contract, seed, index).dtype, index);
  }
  std::sort(order.begin(), order.end());
  std::vector<std::uint64_t> indices;
  for (const auto& [dtype, index] : order) indices.push_back(index);
  return indices;
}

void probe_case(Trial& trial, Probe& probe) {
  const Outputs own = trial.forward(trial.inputs());
  const double seconds = seconds_of([&] { trial.forward(trial.inputs()); });
  probe.forward_seconds = std::max(probe.forward_seconds, seconds);
  probe.random_in_evaluation = probe.random_in_evaluation || is_random(trial, own);
  const bool has_floating_output =
      std::any_of(own.tensors.begin(), own.tensors.end(),
                  [](const at::Tensor& output) { return output.is_floating_point(); });
  probe.differentiable = has_floating_output;
  try {
    probe_other_precision(trial, own, probe);
  } catch (...) {
    probe.refuses_float64 = true;
  }
  if (!trial.model().has_module()) return;
  trial.model().train(true);
  const Outputs training = trial.forward(trial.inputs());
  probe.random_in_training = probe.random_in_training || is_random(trial, training);
}

}  // namespace

Probe probe_subject(const Contract& contract, ModelPool& pool, std::uint64_t seed,
                    std::uint64_t cases) {
  Probe probe;
  for (const std::uint64_t index : in_order_of_dtype(contract, seed, cases)) {
    journal().case_index = index;
    const Case a_case = random_case(contract, seed, index);
    try {
      Trial trial(contract, a_case, pool, probe);
      probe_case(trial, probe);
    } catch (const UsageError&) {
      throw;
    } catch (...) {
      // The properties will say what is wrong with this case.
    }
    // A network of real size is not probed six times.
    if (probe.forward_seconds > 0.02) break;
  }
  return probe;
}

}  // namespace gradgrind
