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
  int runs = 0;      ///< Calls of the test.
  int accepted = 0;  ///< Those that made progress.
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

/// The written total order: whether `a` is smaller than `b`. Compares, first difference wins:
/// inputs not at their simplest (all zero, one element of each dim), total numel, dims and list
/// lengths, parameters, layouts, devices, dtypes, weights, values.
bool is_smaller(const Case& a, const Case& b);

/// Position of a value in the order of simplicity: (class, magnitude rank), smaller is simpler.
std::pair<int, double> simplicity(double value);

}  // namespace gradgrind
