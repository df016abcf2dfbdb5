// Modes reach every submodule, and a checkpoint holds all that training goes on from.
#pragma once

#include "gradgrind/properties/trial.h"

namespace gradgrind {

/// train(), eval(), to() and zero_grad() reach every registered submodule and tensor.
Verdict check_modes_reach(Trial& trial);

/// Evaluation, training and evaluation again, with nothing run in between, give the same bits.
Verdict check_mode_round_trip(Trial& trial);

/// Four steps of Adam leave what two, a checkpoint and two more by a twin do.
Verdict check_resumed_training(Trial& trial);

}  // namespace gradgrind
