// A forward leaves alone what is not its own.
#pragma once

#include "gradgrind/properties/trial.h"

namespace gradgrind {

/// Whether two tensors have the same storage.
bool shares_memory(const at::Tensor& a, const at::Tensor& b);

/// Inputs have the same bits and the same version after a forward, in evaluation and in training.
Verdict check_writes_no_input(Trial& trial);

/// No output lies in the memory of an input, a parameter or a buffer.
Verdict check_shares_no_memory(Trial& trial);

/// Gradients, none, and inference mode give the same bits.
Verdict check_grad_modes(Trial& trial);

/// Two forwards in evaluation give the same bits and leave all state as it was.
Verdict check_evaluation_is_pure(Trial& trial);

}  // namespace gradgrind
