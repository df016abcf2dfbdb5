// What the examples are to compute, by their definitions: plain, slow, and for evaluation alone.
#pragma once

#include <torch/torch.h>

#include "gradgrind/gradgrind.h"

namespace examples::definitions {

torch::Tensor mlp(const torch::nn::Module& module, const gradgrind::Inputs& inputs);
torch::Tensor conv_classifier(const torch::nn::Module& module, const gradgrind::Inputs& inputs);
torch::Tensor lstm_tagger(const torch::nn::Module& module, const gradgrind::Inputs& inputs);
torch::Tensor attention(const torch::nn::Module& module, const gradgrind::Inputs& inputs);
torch::Tensor encoder(const torch::nn::Module& module, const gradgrind::Inputs& inputs);
torch::Tensor unet(const torch::nn::Module& module, const gradgrind::Inputs& inputs);
torch::Tensor deep_set(const torch::nn::Module& module, const gradgrind::Inputs& inputs);

}  // namespace examples::definitions
