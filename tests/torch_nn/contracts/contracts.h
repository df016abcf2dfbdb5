// Contracts of correct modules, those of LibTorch's torch::nn, as an honest user would write them.
//
// One function a family. Gradgrind must find nothing in any of them.
#pragma once

#include <vector>

#include "gradgrind/properties/contract.h"

namespace torch_nn {

std::vector<gradgrind::Contract> linear();
std::vector<gradgrind::Contract> activations();
std::vector<gradgrind::Contract> normalisations();

/// All of them, in that order.
std::vector<gradgrind::Contract> contracts();

}  // namespace torch_nn
