// What a subject can learn, from where it starts and at each of its sizes.
#pragma once

#include <string>

#include "gradgrind/properties/contract.h"
#include "gradgrind/properties/trial.h"

namespace gradgrind {

/// Why a contract says nothing of fresh weights; empty where it does.
std::string without_fresh_weights(const Contract& contract);

/// From fresh weights each trainable parameter gets a gradient within a few steps.
Verdict check_fresh_start(Trial& trial);

/// What has a gradient in evaluation has more of one in training than rounding leaves, but for a
/// bias that a batch normalisation takes away.
Verdict check_gradient_in_training(Trial& trial);

/// With no dim at its least and weights that are not fresh, other inputs change some output.
Verdict check_size_matters(Trial& trial);

}  // namespace gradgrind
