// Relations between batches of other sizes and orders: they hold up to rounding.
#pragma once

#include <cstdint>
#include <optional>

#include "gradgrind/properties/trial.h"

namespace gradgrind {

/// Why relations between rows say nothing: evaluation is random, no output has the batch dim, or
/// the case has fewer rows than `at_least`.
std::optional<Verdict> unless_rows(const Trial& trial, std::int64_t at_least);

/// The outputs that have the batch dim: only they can be compared across batches.
Outputs batched(const Trial& trial, const Outputs& outputs);

Verdict check_permutation(Trial& trial);
Verdict check_split(Trial& trial);
Verdict check_single(Trial& trial);
Verdict check_duplicates(Trial& trial);

}  // namespace gradgrind
