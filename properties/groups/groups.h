// The groups of the catalogue. A property is added to the list of its group; its name and claim
// stand there, its body above.
#pragma once

#include "gradgrind/properties/property.h"

namespace gradgrind {

Suite forward_group();
Suite numeric_group();
Suite layout_group();
Suite batch_group();
Suite gradient_group();
Suite training_group();
Suite state_group();
Suite determinism_group();
Suite sequence_group();
Suite failure_group();
Suite algebra_group();

}  // namespace gradgrind
