#include "tests/mutation/contracts.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "examples/contracts.h"
#include "tests/torch_nn/contracts/contracts.h"

namespace mutation {
namespace {

constexpr std::array<std::string_view, 20> kModules = {
    "AvgPool2d", "BatchNorm2d",        "Bilinear",  "Conv1d",  "Conv2d",
    "Embedding", "CosineSimilarity",   "GELU",      "GLU",     "GroupNorm",
    "LSTM",      "InstanceNorm2d",     "LayerNorm", "Linear",  "LogSoftmax",
    "MaxPool2d", "MultiheadAttention", "RNN",       "Softmax", "TransformerEncoderLayer"};

}  // namespace

std::vector<gradgrind::Contract> scored_contracts() {
  std::vector<gradgrind::Contract> contracts = examples::sound_contracts();
  for (const gradgrind::Contract& contract : torch_nn::contracts()) {
    const bool is_scored =
        std::find(kModules.begin(), kModules.end(), contract.name()) != kModules.end();
    if (is_scored) contracts.push_back(contract);
  }
  return contracts;
}

}  // namespace mutation
