// Tolerances: the one place where "equal up to rounding" is decided.
//
// Relations that keep the shape compare bits (same_bits). Relations that change shapes or positions
// call agree(): a derived bound first, and what exceeds it is put to the precision ladder.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "gradgrind/generators/verdict.h"
#include "gradgrind/properties/trial.h"

namespace gradgrind {

/// Two results that should agree but for rounding, computed in `dtype` on demand.
struct Comparison {
  std::string expected_when;  ///< "in the batch": how `expected` came about, for the message.
  std::string actual_when;    ///< "alone".
  /// Both results with weights and inputs converted to a dtype.
  std::function<std::pair<Outputs, Outputs>(DType)> in;
  /// What the results are called where they are no outputs of the subject: "d/d x".
  std::vector<std::string> names = {};
};

/// The bound (8 + 2*sqrt(K)) * u * M. K is the longest reduction that the subject's parameters
/// suggest (the largest fan-in, at least 16), u the unit roundoff of the dtype, M the largest
/// absolute value of the expected result.
///
/// The form is the classical bound on rearranged sums with its worst-case K softened to sqrt(K)
/// (Higham, Accuracy and Stability of Numerical Algorithms, 2002, section 4.2); the constants cover
/// every measured maximum with a factor of 1.9 (architecture, decision D4).
double rounding_bound(double reduction_length, double unit_roundoff, double magnitude);

/// Half of the distance from 1 to the next value of the dtype: 2^-24 for float32.
double unit_roundoff(DType dtype);

/// The largest finite magnitude that any operator gives back while `run` runs: what cancels later
/// leaves an error of its size behind.
double largest_intermediate(const std::function<void()>& run);

/// Holds, or fails with the worst element and the bound. Within the bound: holds. Beyond it, the
/// comparison is repeated in float64 (for a float64 case, in float32): where the difference shrinks
/// by more than 1e6 it was rounding, provided that it was within 64 times the bound, with M then
/// the largest value of any operator on the way: what cancels leaves an error of its size. So was
/// what float64 brings within the bound with that M: a value that cancels to 0 in float32 loses no
/// more than itself, and shrinks by less. Otherwise the difference is real. Integer outputs must
/// agree exactly, in float64 at the latest.
///
/// In a float64 case the bound is that of the largest value on the way from the start: float32
/// cannot confirm a difference far below its own rounding, and may be exact by chance.
Verdict agree(Trial& trial, const Comparison& comparison);

}  // namespace gradgrind
