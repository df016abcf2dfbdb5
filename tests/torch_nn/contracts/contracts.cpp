#include "tests/torch_nn/contracts/contracts.h"

namespace torch_nn {

std::vector<gradgrind::Contract> contracts() {
  std::vector<gradgrind::Contract> all;
  for (const auto family :
       {linear, convolutions, normalisations, activations, pooling, shapes, recurrent, attention,
        embeddings, regularisation, distances, losses, containers}) {
    for (gradgrind::Contract& contract : family()) all.push_back(std::move(contract));
  }
  return all;
}

}  // namespace torch_nn
