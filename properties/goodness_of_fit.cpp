#include "properties/goodness_of_fit.h"

#include <ATen/ops/from_blob.h>
#include <ATen/ops/special_ndtri.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace gradgrind {
namespace {

// A float has no values between 0 and the 2^-24 that draws are multiples of: what they are rounded
// to moves a probability by no more than this, and may reach an end of the range.
constexpr double kGrain = 0x1p-24;

double probability_of(const Distribution& distribution, double value) {
  for (const auto& [known, probability] : distribution.probabilities) {
    if (known == value) return probability;
  }
  return 0;
}

bool is_continuous(const Distribution& distribution) {
  return distribution.cumulative != nullptr && distribution.probabilities.empty();
}

std::vector<double> levels(const std::vector<double>& draws, const Distribution& distribution) {
  std::vector<double> result;
  result.reserve(draws.size());
  for (const double draw : draws) {
    result.push_back(std::clamp(distribution.cumulative(draw), 0.0, 1.0));
  }
  return result;
}

std::vector<double> normal_scores(std::vector<double> of_levels) {
  for (double& level : of_levels) level = std::clamp(level, kGrain / 2, 1 - kGrain / 2);
  const at::Tensor scores = at::special_ndtri(
      at::from_blob(of_levels.data(), {static_cast<std::int64_t>(of_levels.size())}, at::kDouble));
  const double* first = scores.data_ptr<double>();
  return std::vector<double>(first, first + of_levels.size());
}

// n times the relative entropy of coins of probability q and p.
double entropy(double n, double q, double p) {
  const auto term = [](double share, double of) {
    if (share <= 0) return 0.0;
    return of <= 0 ? INFINITY : share * std::log(share / of);
  };
  return n * (term(q, p) + term(1 - q, 1 - p));
}

std::string chance_text(double error) {
  return fmt::format("chance leaves the bound once in {:.1g} comparisons", 1 / error);
}

Misfit beyond(const char* kind, std::string what, double bound, double error) {
  return {kind, std::move(what),
          fmt::format("at most {:.3g} by chance; {}", bound, chance_text(error))};
}

std::optional<Misfit> outside(const std::vector<double>& draws, const Distribution& distribution) {
  for (const double draw : draws) {
    const bool is_inside = draw >= distribution.lowest && draw <= distribution.highest;
    const bool is_known = is_continuous(distribution) || probability_of(distribution, draw) > 0;
    if (is_inside && is_known) continue;
    return Misfit{"out of range", fmt::format("{:.9g} was drawn, which it never gives", draw), ""};
  }
  return std::nullopt;
}

std::optional<Misfit> shape_misfit(std::vector<double> of_levels, double error) {
  std::sort(of_levels.begin(), of_levels.end());
  const double n = static_cast<double>(of_levels.size());
  double largest = 0;
  for (std::size_t i = 0; i < of_levels.size(); ++i) {
    const double place = static_cast<double>(i);
    largest = std::max({largest, (place + 1) / n - of_levels[i], of_levels[i] - place / n});
  }
  const double bound = std::sqrt(std::log(2 / error) / (2 * n)) + kGrain;
  if (largest <= bound) return std::nullopt;
  return beyond("shape",
                fmt::format("the share of draws below some value is off by {:.3g}", largest), bound,
                error);
}

std::optional<Misfit> moment_misfit(const std::vector<double>& scores, double error) {
  const double n = static_cast<double>(scores.size());
  const double mean = std::accumulate(scores.begin(), scores.end(), 0.0) / n;
  const double mean_bound = std::sqrt(2 * std::log(1 / error) / n);
  if (std::abs(mean) > mean_bound) {
    return beyond(
        "mean", fmt::format("as scores of a standard normal its draws have the mean {:.3g}", mean),
        mean_bound, error);
  }
  const double square = std::inner_product(scores.begin(), scores.end(), scores.begin(), 0.0) / n;
  const double t = std::log(2 / error) / n;
  const double bound = 2 * std::sqrt(t) + (square > 1 ? 2 * t : 0);
  if (std::abs(square - 1) <= bound) return std::nullopt;
  return beyond(
      "variance",
      fmt::format("as scores of a standard normal its draws have the mean square {:.4g}", square),
      bound, error);
}

std::optional<Misfit> frequency_misfit(const std::vector<double>& draws,
                                       const Distribution& distribution, double error) {
  const double n = static_cast<double>(draws.size());
  const double values = static_cast<double>(distribution.probabilities.size());
  for (const auto& [value, probability] : distribution.probabilities) {
    const double share = static_cast<double>(std::count(draws.begin(), draws.end(), value)) / n;
    const double limit = std::log(2 * values / error);
    if (entropy(n, share, probability) <= limit) continue;
    return Misfit{"frequency",
                  fmt::format("{:.6g} makes {:.4g} of the draws instead of {:.4g}", value, share,
                              probability),
                  chance_text(error)};
  }
  return std::nullopt;
}

}  // namespace

double error_share(double error_budget) { return error_budget * 0x1p-20; }

std::optional<Misfit> misfit(const std::vector<double>& draws, const Distribution& distribution,
                             double error) {
  if (draws.empty()) return std::nullopt;
  if (auto found = outside(draws, distribution)) return found;
  if (!is_continuous(distribution)) return frequency_misfit(draws, distribution, error);
  const std::vector<double> of_levels = levels(draws, distribution);
  // Moments first: they say more than a distance of distributions does.
  if (auto found = moment_misfit(normal_scores(of_levels), error)) return found;
  return shape_misfit(of_levels, error);
}

std::optional<Misfit> dependence(const std::vector<std::pair<double, double>>& pairs,
                                 const Distribution& distribution, double error) {
  if (pairs.empty()) return std::nullopt;
  const double m = static_cast<double>(pairs.size());
  if (!is_continuous(distribution)) {
    double expected = 0;
    for (const auto& [value, probability] : distribution.probabilities) {
      expected += probability * probability;
    }
    const double agreeing = static_cast<double>(std::count_if(
        pairs.begin(), pairs.end(), [](const auto& p) { return p.first == p.second; }));
    if (entropy(m, agreeing / m, expected) <= std::log(2 / error)) return std::nullopt;
    return Misfit{
        "dependent",
        fmt::format("{:.4g} of the pairs are equal instead of {:.4g}", agreeing / m, expected),
        chance_text(error)};
  }
  std::vector<double> first;
  std::vector<double> second;
  for (const auto& [a, b] : pairs) {
    first.push_back(a);
    second.push_back(b);
  }
  first = normal_scores(levels(first, distribution));
  second = normal_scores(levels(second, distribution));
  const double product =
      std::abs(std::inner_product(first.begin(), first.end(), second.begin(), 0.0));
  const double t = std::log(4 / error);
  const double bound = 2 * std::sqrt(m * t) + t;
  if (product <= bound) return std::nullopt;
  return beyond("dependent", fmt::format("the pairs have a correlation of {:.3g}", product / m),
                bound / m, error);
}

}  // namespace gradgrind
