// In a causal sequence the past does not depend on the future.
#pragma once

#include <string>

#include "gradgrind/properties/contract.h"
#include "gradgrind/properties/trial.h"

namespace gradgrind {

/// Why causality says nothing about a contract; empty where it does.
std::string without_causality(const Contract& contract);
/// Likewise of strict causality, which a law declares.
std::string without_strict_causality(const Contract& contract);

Verdict check_never_looks_ahead(Trial& trial);
Verdict check_prefixes(Trial& trial);
/// No output depends on the declared inputs at its own position.
Verdict check_never_sees_itself(Trial& trial);

}  // namespace gradgrind
