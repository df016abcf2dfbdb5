// Declared exceptions: a property that is known to fail, until it no longer does.
#pragma once

#include "gradgrind/properties/check.h"

namespace gradgrind {

/// The declared exception for `property`, or null.
const Exception* exception_for(const Contract& contract, const Property& property);

/// Turns the result of an excepted property round: while it fails, the exception stands, and the
/// result holds with the reason; once nothing fails any more, the exception has expired, and that
/// is the failure. Any other result comes back as it is.
PropertyResult judge_exception(const Contract& contract, const Property& property,
                               PropertyResult result);

}  // namespace gradgrind
