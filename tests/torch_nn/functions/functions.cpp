#include "tests/torch_nn/functions/functions.h"

namespace torch_functions {

std::vector<gradgrind::Contract> functions() {
  std::vector<gradgrind::Contract> all;
  for (const auto family : {pointwise, specials, pairs, reductions, scans, ordering, indexing,
                            rearranging, products, factorisations, distances, images}) {
    for (gradgrind::Contract& contract : family()) all.push_back(std::move(contract));
  }
  return all;
}

}  // namespace torch_functions
