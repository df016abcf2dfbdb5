#include "properties/groups/sampling.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "gradgrind/generators/error.h"
#include "gradgrind/properties/contract.h"
#include "properties/goodness_of_fit.h"
#include "properties/groups/fresh_start.h"
#include "properties/groups/support.h"
#include "properties/journal.h"

namespace gradgrind {
namespace {

constexpr std::size_t kEnough = 32768;  // draws: a deviation that is off by 3 % shows
constexpr int kMostForwards = 2048;
constexpr int kMostBuilds = 512;

void append(std::vector<double>& values, const at::Tensor& tensor) {
  const at::Tensor dense = tensor.to(at::kDouble).reshape({-1}).contiguous();
  const double* first = dense.data_ptr<double>();
  values.insert(values.end(), first, first + dense.numel());
}

// Draws, and those that lie side by side along each axis.
struct Sample {
  std::vector<double> draws;
  std::vector<std::vector<std::pair<double, double>>> pairs;

  void add(const at::Tensor& tensor) {
    append(draws, tensor);
    pairs.resize(std::max(pairs.size(), static_cast<std::size_t>(tensor.dim())));
    for (std::int64_t axis = 0; axis < tensor.dim(); ++axis) {
      if (tensor.size(axis) < 2) continue;
      std::vector<double> first;
      std::vector<double> second;
      append(first, tensor.select(axis, 0));
      append(second, tensor.select(axis, 1));
      auto& along = pairs[static_cast<std::size_t>(axis)];
      for (std::size_t i = 0; i < first.size(); ++i) along.emplace_back(first[i], second[i]);
    }
  }
};

// Draws until there are enough, `most` times at most.
Sample sample(int most, const std::function<at::Tensor(std::uint64_t draw)>& draw) {
  Sample result;
  for (int i = 0; i < most && result.draws.size() < kEnough; ++i) {
    result.add(draw(static_cast<std::uint64_t>(i)).detach());
    if (result.draws.empty()) break;
  }
  return result;
}

Distribution distribution_of(const Trial& trial, const DeclaredDraws& declared) {
  Distribution distribution =
      declared.distribution(Draw(trial.tested().dims, trial.tested().parameters));
  if (!distribution.problems.empty()) throw UsageError(distribution.problems);
  return distribution;
}

std::optional<Verdict> judged(const Trial& trial, const std::string& name, const Sample& drawn,
                              const Distribution& distribution) {
  if (drawn.draws.empty()) return Verdict::discarded(name + " has no elements");
  const double share = error_share(trial.error_budget());
  std::optional<Misfit> found = misfit(drawn.draws, distribution, share);
  std::string where;
  for (std::size_t axis = 0; axis < drawn.pairs.size() && !found.has_value(); ++axis) {
    found = dependence(drawn.pairs[axis], distribution, share);
    if (found.has_value()) where = fmt::format(" of neighbours along axis {}", axis);
  }
  if (!found.has_value()) return std::nullopt;
  Verdict verdict =
      failure(found->kind, name,
              fmt::format("{} is not drawn from {}{}: {}", name, distribution.name,
                          where.empty() ? "" : ", each by itself", found->what + where),
              fmt::format("in {} draws", drawn.draws.size()));
  verdict.evidence.bound = found->bound;
  return verdict;
}

// A dtype with a thousand values has none of the distribution's.
bool is_too_coarse(const Trial& trial) {
  return trial.tested().dtype == DType::float16 || trial.tested().dtype == DType::bfloat16;
}

bool declares_any(const Contract& contract, bool initial) {
  const auto& draws = contract.data().draws;
  return std::any_of(draws.begin(), draws.end(),
                     [initial](const DeclaredDraws& one) { return one.is_initial == initial; });
}

using Drawer = std::function<at::Tensor(const std::string& name, std::uint64_t draw)>;

Verdict check_all_draws(Trial& trial, bool initial, int most, const Drawer& draw) {
  if (is_too_coarse(trial)) return Verdict::discarded("half precision has too few values");
  Verdict last = Verdict::holds();
  for (const DeclaredDraws& declared : trial.contract().data().draws) {
    if (declared.is_initial != initial) continue;
    const Distribution distribution = distribution_of(trial, declared);
    const Sample drawn = sample(most, [&](std::uint64_t i) { return draw(declared.name, i); });
    if (auto verdict = judged(trial, declared.name, drawn, distribution)) last = *verdict;
    if (last.is_failure()) return last;
  }
  return last;
}

std::size_t output_position(const Trial& trial, const std::string& name) {
  const auto& outputs = trial.contract().data().outputs;
  std::size_t position = 0;
  while (outputs[position].first != name) ++position;
  return position;
}

at::Tensor entry_of(const Model& model, const std::string& call, const std::string& name) {
  std::vector<std::string> known;
  for (const NamedTensor& entry : model.state()) {
    if (entry.name == name) return entry.tensor;
    known.push_back(entry.name);
  }
  throw UsageError(call + ": " + unknown_name("parameter or buffer", name, known));
}

}  // namespace

std::string without_draws(const Contract& contract) {
  return declares_any(contract, /*initial=*/false)
             ? ""
             : "no output is declared to be drawn, .draws(\"y\", gg::normal(0, 1))";
}

std::string without_initial_draws(const Contract& contract) {
  return first_reason(
      {without_module(contract), without_fresh_weights(contract),
       declares_any(contract, /*initial=*/true)
           ? ""
           : "no parameter is declared to be drawn, .initialises(\"weight\", gg::normal(0, 1))"});
}

Verdict check_draws(Trial& trial) {
  const at::NoGradGuard no_grad;
  const Phase phase("forward");
  return check_all_draws(
      trial, /*initial=*/false, kMostForwards, [&](const std::string& name, std::uint64_t draw) {
        const std::uint64_t seed = trial.seed("draw " + std::to_string(draw));
        return trial.model().forward(trial.inputs(), seed)[output_position(trial, name)];
      });
}

Verdict check_initial_draws(Trial& trial) {
  return check_all_draws(
      trial, /*initial=*/true, kMostBuilds, [&](const std::string& name, std::uint64_t draw) {
        Case fresh = trial.tested();
        fresh.weights.policy = WeightPolicy::fresh;
        fresh.weights.seed = trial.seed("build " + std::to_string(draw));
        fresh.weights.state.clear();
        const Phase phase("building the subject");
        const Model model(trial.contract().data().subject, fresh);
        return entry_of(model, "initialises(\"" + name + "\")", name).detach().clone();
      });
}

}  // namespace gradgrind
