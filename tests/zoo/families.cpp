#include "tests/zoo/families.h"

namespace zoo {

std::vector<Family> families() {
  return {
      {"Linear heads", "linear_heads.cpp", linear_heads()},
      {"Convolution", "convolutions.cpp", convolutions()},
      {"Attention", "attention.cpp", attention()},
      {"Masks", "masks.cpp", masks()},
      {"Normalisation", "normalisation.cpp", normalisation()},
      {"Custom autograd", "custom_autograd.cpp", custom_autograd()},
      {"Losses", "losses.cpp", losses()},
      {"Metrics", "metrics.cpp", metrics()},
      {"Embeddings and indexing", "embeddings.cpp", embeddings()},
      {"Gradient flow and modes", "gradient_flow.cpp", gradient_flow()},
  };
}

}  // namespace zoo
