// From a failing input to the smallest one and its words, in children.
#pragma once

#include <optional>
#include <string>

#include "fuzz/support/isolation.h"
#include "gradgrind/fuzz/target.h"

namespace gradgrind::fuzz {

struct ShrinkLimits {
  int runs = 4000;
  double seconds = 60;
};

/// A failing input, made small.
struct ShrunkInput {
  Failure failure;
  std::string input;
  Explanation explanation;
  int runs = 0;
};

/// None where `input` does not fail. `worker` limits one run; a death costs a fork.
std::optional<ShrunkInput> shrink_input(Target& target, Bytes input, const WorkerLimits& worker,
                                        const ShrinkLimits& limits = {});

/// What the target says of an input, from a child; of one that kills, how.
Explanation explained(Target& target, Bytes input, const WorkerLimits& worker);

}  // namespace gradgrind::fuzz
