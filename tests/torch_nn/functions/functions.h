// Contracts of correct functions, those of LibTorch's torch:: that take tensors, as an honest user
// would write them.
//
// One function a family. Gradgrind must find nothing in any of them.
#pragma once

#include <vector>

#include "gradgrind/properties/contract.h"

namespace torch_functions {

std::vector<gradgrind::Contract> pointwise();
std::vector<gradgrind::Contract> specials();
std::vector<gradgrind::Contract> pairs();
std::vector<gradgrind::Contract> reductions();
std::vector<gradgrind::Contract> scans();
std::vector<gradgrind::Contract> ordering();
std::vector<gradgrind::Contract> indexing();
std::vector<gradgrind::Contract> rearranging();
std::vector<gradgrind::Contract> products();
std::vector<gradgrind::Contract> factorisations();
std::vector<gradgrind::Contract> distances();
std::vector<gradgrind::Contract> images();

/// All of them, in that order.
std::vector<gradgrind::Contract> functions();

}  // namespace torch_functions
