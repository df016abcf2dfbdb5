// Two runs that stand for one: a sequence in two pieces, and a module in two versions.
#pragma once

#include <string>

#include "gradgrind/properties/contract.h"
#include "gradgrind/properties/trial.h"

namespace gradgrind {

std::string without_carried_state(const Contract& contract);
/// A sequence in two pieces, with the state handed over, gives what it gives in one.
Verdict check_carried_state(Trial& trial);

std::string without_version(const Contract& contract);
/// Another version of the module agrees once it has the same parameters and buffers.
Verdict check_other_version(Trial& trial);

}  // namespace gradgrind
