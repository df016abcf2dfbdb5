// A backward pass is linear, repeatable, whole, and at home with every layout.
#pragma once

#include "gradgrind/properties/trial.h"

namespace gradgrind {

/// 0 times an output gradient gives gradients of exactly 0, and -1024 times one -1024 times them.
Verdict check_linear_gradients(Trial& trial);

/// Two backward passes through one graph give the same bits and write to nothing.
Verdict check_second_backward(Trial& trial);

/// Output gradients that are permuted, strided or expanded give what contiguous ones do.
Verdict check_gradient_layouts(Trial& trial);

/// An input along which finite differences see a slope is a leaf of the autograd graph.
Verdict check_inputs_reached(Trial& trial);

}  // namespace gradgrind
