#include "bench/flakiness/confidence.h"

#include <cmath>

namespace bench {
namespace {

// P(X = k) of a binomial distribution, by logarithms: the coefficients overflow.
double probability(std::int64_t k, std::int64_t n, double rate) {
  const auto log_factorial = [](std::int64_t i) { return std::lgamma(static_cast<double>(i) + 1); };
  const auto times = [](std::int64_t count, double log) {
    return count == 0 ? 0 : static_cast<double>(count) * log;
  };
  return std::exp(log_factorial(n) - log_factorial(k) - log_factorial(n - k) +
                  times(k, std::log(rate)) + times(n - k, std::log1p(-rate)));
}

double at_most(std::int64_t events, std::int64_t runs, double rate) {
  double sum = 0;
  for (std::int64_t k = 0; k <= events; ++k) sum += probability(k, runs, rate);
  return sum;
}

}  // namespace

double upper_bound_95(std::int64_t events, std::int64_t runs) {
  if (events >= runs) return 1;
  double low = 0;
  double high = 1;
  for (int halving = 0; halving < 100; ++halving) {
    const double middle = (low + high) / 2;
    (at_most(events, runs, middle) > 0.05 ? low : high) = middle;
  }
  return high;
}

}  // namespace bench
