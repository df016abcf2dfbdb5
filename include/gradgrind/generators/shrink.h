// Shrinking: the smallest case that still fails.
//
// Layer 2, generators. Works on cases, never on tensors, jointly over all inputs that share a dim:
// slicing keeps the failing content where regenerating loses it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "gradgrind/generators/case.h"
#include "gradgrind/generators/case_space.h"

namespace gradgrind {

struct ShrinkOptions {
  int runs = 2000;      ///< At most this many calls of the test.
  double seconds = 30;  ///< And at most this long; both are checked before each call.
  /// Dims that the subject's parameters depend on: where one of them shrinks, up to 8 further
  /// weight seeds are tried when the sliced weights lose the failure.
  std::vector<std::string> built_from;
  /// Told each better case as soon as it is known, so that nothing is lost when the process dies.
  std::function<void(const Case&)> on_progress;
};

struct Shrunk {
  Case smallest;
  int runs = 0;         ///< Calls of the test.
  int accepted = 0;     ///< Those that made progress.
  bool is_dry = false;  ///< A whole round found nothing smaller; else a budget ended it.
};

/// Whether a candidate still fails in the same way (same identity).
using StillFails = std::function<bool(const Case&)>;

/// Shrinks `failing`, of `space`, in rounds until one is dry: index blocks of dims (block sizes
/// halve, the cursor goes on after an accepted step), list lengths and optional inputs, scalar
/// parameters, dims without tensors, layouts towards contiguous, devices towards the CPU, dtypes
/// towards float32, weight policy towards fresh, zero blocks of values, then single values along
/// one fixed order (0, 1, -1, small integers, dyadic, other finite, huge or subnormal, infinite,
/// NaN) with bisection for thresholds. Equal elements are also tried together. No candidate is run
/// twice.
///
/// Deterministic: the same case, space and test give the same result unless `seconds` cuts it.
Shrunk shrink(const CaseSpace& space, const Case& failing, const StillFails& still_fails,
              const ShrinkOptions& options = {});

/// The written total order: whether `a` is smaller than `b`, both of one space. Compares, first
/// difference wins:
///   1. the number of inputs that are not at their simplest (all zero and at most one element)
///   2. total numel
///   3. sizes of plain dims in alphabetical order of their names, then of variadic ones (number of
///      dims, then sizes), then by input the length of a list and each tensor's rank and shape
///   4. parameters by name, in the order of their domain (ParameterDomain::simpler)
///   5. layouts: how many are not contiguous; by tensor the kind, the reordered pairs of dims, the
///      steps above 1, the slices skipped at the start, the expanded dims
///   6. devices: how many are not the CPU; then by tensor
///   7. dtypes: the shared one, then by tensor, in the order of DType
///   8. weights: how many are given by value, the policy, the weight seed, the case's seed
///   9. values: how many elements are not 0; then the last element in which the two differ, by
///      simplicity(), so that what is not 0 ends up at the front; last the given weights
bool is_smaller(const CaseSpace& space, const Case& a, const Case& b);
/// The same without a space: parameters compare false before true, numbers by magnitude and
/// positive before negative, texts and opaque values by length and alphabet.
bool is_smaller(const Case& a, const Case& b);

/// Position of a value in the order of simplicity: (class, rank within it), smaller is simpler.
/// The classes and what ranks within them, values that tie being ordered by magnitude and sign:
///   0 zero: 0, -0       1 the value 1       2 the value -1
///   3 integers up to 2^24: magnitude, then positive before negative
///   4 dyadic, k / 2^n with n <= 10, up to 2^14: n, then |k|, then positive before negative
///   5 other finite values from 2^-24 to 2^24: significant bits, then distance from 1 in octaves
///   6 huger and tinier ones: likewise      7 infinite: +, -      8 NaN
std::pair<int, double> simplicity(double value);

}  // namespace gradgrind
