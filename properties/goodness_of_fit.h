// Whether independent draws may well come from a distribution, with an error that is bounded for
// every number of draws and never only in the limit.
//
// A run makes many comparisons, and all of them together may fail correct code with no more than
// the probability Settings::error_budget. By the union bound (Bonferroni) it is enough that each
// has its share. A share is fixed, a 2^20th: so a verdict depends on its case alone, and not on
// what else runs, in which order or in which process; and no run comes near a million comparisons,
// each of thousands of draws. A share that small costs little, since bounds grow with the root of
// its logarithm: a run of one comparison alone could have bounds seven tenths as wide.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gradgrind/properties/distributions.h"

namespace gradgrind {

/// What one comparison may err with, out of the budget of a run.
double error_share(double error_budget);

/// A comparison that independent draws of the distribution pass with all but a given probability.
struct Misfit {
  std::string kind;  ///< "out of range", "mean", "variance", "shape", "frequency", "dependent".
  std::string what;  ///< "the mean is 0.3 deviations too large".
  std::string bound;
};

/// Draws of one distribution, put to the test.
///
/// Continuous ones X become Z = Phi^-1(F(X)), which is standard normal whatever F is. Of n draws:
/// - each lies in the range;
/// - the empirical distribution differs from F by at most sqrt(ln(2/e) / 2n) but with probability e
///   (Dvoretzky, Kiefer and Wolfowitz 1956 with the constant of Massart 1990, the test of
///   Kolmogorov and Smirnov with a bound that holds for every n);
/// - the mean of Z is at most sqrt(2 ln(1/e) / n) from 0 (it is normal, and the two tails of a
///   normal distribution hold no more than exp(-z^2/2));
/// - the mean of Z^2 is at most 2 sqrt(t/n) + 2 t/n above 1 and 2 sqrt(t/n) below, t = ln(2/e)
///   (chi-square: Laurent and Massart 2000, lemma 1).
/// Of finitely many values each has a share q of the draws with n KL(q, p) <= ln(2k/e) for k values
/// (Chernoff's bound in Hoeffding's form of 1963, two-sided), with KL the relative entropy of two
/// coins.
std::optional<Misfit> misfit(const std::vector<double>& draws, const Distribution& distribution,
                             double error);

/// Pairs of draws that should be independent: of m pairs, sum Z Z' is half the difference of two
/// independent chi-squares, hence at most 2 sqrt(m t) + t, t = ln(4/e), by the same lemma; of
/// finitely many values the pairs that agree are a coin's, with probability sum p^2.
std::optional<Misfit> dependence(const std::vector<std::pair<double, double>>& pairs,
                                 const Distribution& distribution, double error);

}  // namespace gradgrind
