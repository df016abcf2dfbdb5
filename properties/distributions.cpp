#include "gradgrind/properties/distributions.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace gradgrind {
namespace {

void require(Distribution& distribution, bool holds, const char* rule) {
  if (!holds) distribution.problems.push_back(distribution.name + ": " + rule);
}

}  // namespace

Distribution normal(double mean, double deviation) {
  Distribution result;
  result.name = fmt::format("normal({:.6g}, {:.6g})", mean, deviation);
  result.cumulative = [mean, deviation](double x) {
    return std::erfc((mean - x) / (deviation * std::sqrt(2.0))) / 2;
  };
  require(result, std::isfinite(mean) && std::isfinite(deviation) && deviation > 0,
          "the deviation must be above 0, and both finite");
  return result;
}

Distribution uniform(double lowest, double highest) {
  Distribution result;
  result.name = fmt::format("uniform({:.6g}, {:.6g})", lowest, highest);
  result.lowest = lowest;
  result.highest = highest;
  result.cumulative = [lowest, highest](double x) { return (x - lowest) / (highest - lowest); };
  require(result, std::isfinite(lowest) && std::isfinite(highest) && lowest < highest,
          "the lowest must be below the highest, and both finite");
  return result;
}

Distribution exponential(double rate) {
  Distribution result;
  result.name = fmt::format("exponential({:.6g})", rate);
  result.lowest = 0;
  result.cumulative = [rate](double x) { return -std::expm1(-rate * x); };
  require(result, std::isfinite(rate) && rate > 0, "the rate must be above 0 and finite");
  return result;
}

Distribution bernoulli(double p) {
  Distribution result;
  result.name = fmt::format("bernoulli({:.6g})", p);
  result.lowest = 0;
  result.highest = 1;
  result.probabilities = {{0, 1 - p}, {1, p}};
  require(result, p >= 0 && p <= 1, "the probability must be between 0 and 1");
  return result;
}

Distribution categorical(std::vector<double> weights) {
  Distribution result;
  result.name = fmt::format("categorical of {} values", weights.size());
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    result.probabilities.emplace_back(static_cast<double>(i), weights[i] / total);
  }
  result.lowest = 0;
  result.highest = weights.empty() ? 0 : static_cast<double>(weights.size() - 1);
  const bool none_negative =
      std::all_of(weights.begin(), weights.end(), [](double weight) { return weight >= 0; });
  require(result, none_negative && total > 0 && std::isfinite(total),
          "no weight may be negative, and some must be above 0");
  return result;
}

}  // namespace gradgrind
