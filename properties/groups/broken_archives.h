// Archives that were saved well and damaged since.
#pragma once

#include "gradgrind/properties/trial.h"

namespace gradgrind {

/// An archive that is cut short, has a byte of its tables flipped, or holds a parameter of another
/// shape, loads as it was saved or is refused; one that is refused, for these reasons or since an
/// entry is missing, leaves parameters, buffers and outputs as they were. What LibTorch's own
/// loader would do to the same modules is not held against the subject: it takes parameters of any
/// shape, and changes them one by one.
Verdict check_broken_archives(Trial& trial);

}  // namespace gradgrind
