// What a mask lets through and what it does not, query by query and position by position.
#pragma once

#include <string>

#include "gradgrind/properties/contract.h"
#include "gradgrind/properties/trial.h"

namespace gradgrind {

/// Why a property says nothing about a contract; empty where it does.
std::string without_mask_over_queries(const Contract& contract);
std::string without_non_finite_behind_masks(const Contract& contract);
std::string without_attention_weights(const Contract& contract);

Verdict check_queries(Trial& trial);
Verdict check_kept_content(Trial& trial);
Verdict check_non_finite_content(Trial& trial);
Verdict check_attention_weights(Trial& trial);

}  // namespace gradgrind
