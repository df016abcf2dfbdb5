// What a forward in training does besides computing, and how it differs from one in evaluation.
#pragma once

#include "gradgrind/properties/trial.h"

namespace gradgrind {

/// With LibTorch's own modules in evaluation, a forward in training gives what one in evaluation
/// does: dropouts and norms alone make the difference.
Verdict check_training_agrees(Trial& trial);

/// A forward leaves every submodule in the mode in which it was.
Verdict check_keeps_modes(Trial& trial);

/// After a forward in training no buffer hangs on its graph.
Verdict check_buffers_keep_no_graph(Trial& trial);

/// No buffer has the memory of a parameter.
Verdict check_buffers_apart(Trial& trial);

}  // namespace gradgrind
