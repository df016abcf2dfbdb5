// In a causal sequence the past does not depend on the future.
#pragma once

#include <string>

#include "gradgrind/properties/contract.h"
#include "gradgrind/properties/trial.h"

namespace gradgrind {

/// Why causality says nothing about a contract; empty where it does.
std::string without_causality(const Contract& contract);

Verdict check_never_looks_ahead(Trial& trial);
Verdict check_prefixes(Trial& trial);

}  // namespace gradgrind
