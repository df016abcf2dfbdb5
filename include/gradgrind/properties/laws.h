// Laws of algebra that a function may be declared to keep: `.declares(gg::shift_invariant("x"))`.
//
// Layer 3, properties.
#pragma once

#include <cstdint>
#include <string>

namespace gradgrind {

/// One law, as data: the property that checks it, and what it speaks of.
struct Law {
  std::string property;
  std::string input;        ///< Empty where the law speaks of the only input.
  std::string partner;      ///< The second input of a symmetry.
  std::string dim;          ///< Of a translation or a mean.
  double degree = 1;        ///< Of homogeneity; the constant of Lipschitz.
  std::int64_t margin = 0;  ///< Positions at each end that a translation leaves out.
};

/// f(x + y) = f(x) + f(y) - f(0), the other inputs kept: linear up to a constant.
Law additive(std::string input);
/// f(a x) = a^degree f(x) for a > 0: a linear map without bias, a norm, a ReLU.
Law homogeneous(std::string input, double degree = 1);
/// f(a x) = f(x) for a > 0. A normalisation with an eps does not keep it.
Law scale_invariant(std::string input);
/// f(x + c) = f(x) for one number c: softmax, a normalisation over all of x.
Law shift_invariant(std::string input);
/// f(f(x)) = f(x), of a function of one input.
Law idempotent();
/// f(f(x)) = x, of a function of one input.
Law involution();
/// |f(x + d) - f(x)| <= constant |d|, in Euclidean norms over all elements and outputs: Lipschitz
/// continuous. 1 for a ReLU, a clamp, a projection.
Law lipschitz(std::string input, double constant);
/// x <= y in every element gives f(x) <= f(y) in every element.
Law monotone(std::string input);
/// f(-x) = -f(x).
Law odd(std::string input);
/// f(-x) = f(x).
Law even(std::string input);
/// f(a, b) = f(b, a).
Law symmetric(std::string a, std::string b);
/// Rolled by one along `dim`, x gives the outputs rolled by one; `margin` positions at each end do
/// not count, where padding or the edge shows.
Law translation_equivariant(std::string dim, std::int64_t margin = 0);

/// The result for rows along `dim` is the mean of the results for each row alone: most losses, and
/// rates. A mean over tokens that a mask keeps is not one of rows.
Law mean_over(std::string dim);
/// No output of a causal sequence depends on `input` at its own position: what predicts is not
/// shown what it predicts.
Law strictly_causal(std::string input);

/// Input or target `name` of another shape that would broadcast is refused in words. LibTorch's own
/// losses broadcast.
Law refuses_broadcast(std::string name);

}  // namespace gradgrind
