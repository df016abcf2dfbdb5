// Contracts of correct modules, those of LibTorch's torch::nn, as an honest user would write them.
//
// One function a family. Gradgrind must find nothing in any of them.
#pragma once

#include <vector>

#include "gradgrind/properties/contract.h"

namespace torch_nn {

std::vector<gradgrind::Contract> linear();
std::vector<gradgrind::Contract> convolutions();
std::vector<gradgrind::Contract> normalisations();
std::vector<gradgrind::Contract> activations();
std::vector<gradgrind::Contract> pooling();
std::vector<gradgrind::Contract> shapes();
std::vector<gradgrind::Contract> recurrent();
std::vector<gradgrind::Contract> attention();
std::vector<gradgrind::Contract> embeddings();
std::vector<gradgrind::Contract> regularisation();
std::vector<gradgrind::Contract> distances();
std::vector<gradgrind::Contract> losses();
std::vector<gradgrind::Contract> containers();

/// All of them, in that order.
std::vector<gradgrind::Contract> contracts();

}  // namespace torch_nn
