// Ids and labels beyond what there is.
#pragma once

#include <functional>
#include <string>

#include "gradgrind/properties/contract.h"
#include "gradgrind/properties/trial.h"

namespace gradgrind {

/// Why ids say nothing about a contract; empty where it has some.
std::string without_ids(const Contract& contract);

/// Whether the call was refused; what it gives back otherwise is of no interest.
bool is_refused(const std::function<void()>& call);

/// Ids far beyond what there is are refused in words, where something looks them up.
Verdict check_refuses_ids(Trial& trial);

}  // namespace gradgrind
