// Relations between masked calls: more padding, another form of the mask, another order.
#pragma once

#include <string>

#include "gradgrind/properties/contract.h"
#include "gradgrind/properties/trial.h"

namespace gradgrind {

/// Why a property says nothing about a contract; empty where it does.
std::string without_padding(const Contract& contract);
std::string without_mask_forms(const Contract& contract);
std::string without_unordered_dims(const Contract& contract);

Verdict check_amount_of_padding(Trial& trial);
Verdict check_mask_forms(Trial& trial);
Verdict check_unordered(Trial& trial);

}  // namespace gradgrind
