// Training steps that the user wrote: module, optimizer and loss as they are put together.
#pragma once

#include "gradgrind/properties/property.h"

namespace gradgrind {

/// Appends the properties of `.training_step(factory)` to the group.
void add_training_steps(Suite& group);

}  // namespace gradgrind
