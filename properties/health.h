// Health checks: what speaks up unasked when a property says less than it seems to.
#pragma once

#include "gradgrind/properties/check.h"

namespace gradgrind {

/// Adds warnings to `result`: too many discards, no case judged, a dtype or layout that was
/// promised and never reached.
void check_health(const Contract& contract, const Property& property, PropertyResult& result);

}  // namespace gradgrind
