// Distributions that what a subject draws may be declared to follow: `.draws("y", gg::normal(0,
// 1))`.
//
// Layer 3, properties.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace gradgrind {

/// One distribution of numbers, as data: continuous, or of finitely many values.
struct Distribution {
  std::string name;                                          ///< "normal(0, 1)".
  double lowest = -std::numeric_limits<double>::infinity();  ///< No draw lies below ...
  double highest = std::numeric_limits<double>::infinity();  ///< ... nor above; both inclusive.
  std::function<double(double)> cumulative;                  ///< P(X <= x), where it is continuous.
  std::vector<std::pair<double, double>> probabilities = {};  ///< Else the values and theirs.
  std::vector<std::string> problems = {};  ///< What is wrong with how it was built.
};

/// 0 < deviation.
Distribution normal(double mean, double deviation);
/// Between lowest < highest, either of which rounding may reach.
Distribution uniform(double lowest, double highest);
/// Of mean 1/rate; 0 < rate.
Distribution exponential(double rate);
/// 1, or true, with probability p, else 0; 0 <= p <= 1.
Distribution bernoulli(double p);
/// 0, 1, ..., with probabilities in proportion to `weights`: not negative, and some above 0.
Distribution categorical(std::vector<double> weights);

}  // namespace gradgrind
