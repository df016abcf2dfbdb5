// What a forward in evaluation may not depend on, nor leave behind.
#pragma once

#include "gradgrind/properties/trial.h"

namespace gradgrind {

/// The global generator is, after a forward, where the seed put it.
Verdict check_generator_untouched(Trial& trial);

/// Outputs and gradients are the same bits whatever fresh memory holds.
Verdict check_fresh_memory(Trial& trial);

/// One thread and two give the same up to rounding.
Verdict check_thread_counts(Trial& trial);

/// What is declared random differs under another seed.
Verdict check_other_seed_matters(Trial& trial);

/// With a registered dropout whose rate is above 0, training depends on the seed.
Verdict check_dropout_acts(Trial& trial);

}  // namespace gradgrind
