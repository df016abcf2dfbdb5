// What was generated, counted.
#pragma once

#include <map>
#include <string>

#include "gradgrind/generators/case.h"
#include "gradgrind/properties/contract.h"

namespace gradgrind {

/// Adds one to each facet that the case shows: "dtype float32", "x.values normal",
/// "x.layout strided", "x.numel 17 to 256", "weights noisy", ...
void count_facets(const Contract& contract, const Case& a_case, std::map<std::string, int>& counts);

/// The counts as a table of shares, one facet a line.
std::string statistics_text(const std::map<std::string, int>& counts, int cases);

}  // namespace gradgrind
