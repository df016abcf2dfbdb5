// What the mutation score of the default suite is measured over: the examples and 20 modules of
// torch::nn, with contracts that say by a reference which function each is to compute.
#pragma once

#include <vector>

#include "gradgrind/properties/contract.h"

namespace mutation {

std::vector<gradgrind::Contract> scored_contracts();

}  // namespace mutation
