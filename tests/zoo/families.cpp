#include "tests/zoo/families.h"

namespace zoo {

std::vector<Family> families() {
  return {
      {"Linear heads", "linear_heads.cpp", linear_heads()},
      {"Convolution", "convolutions.cpp", convolutions()},
      {"Recurrence", "recurrence.cpp", recurrence()},
      {"Attention", "attention.cpp", attention()},
      {"Masks", "masks.cpp", masks()},
      {"Normalisation", "normalisation.cpp", normalisation()},
      {"Custom autograd", "custom_autograd.cpp", custom_autograd()},
      {"Losses", "losses.cpp", losses()},
      {"Metrics", "metrics.cpp", metrics()},
      {"Embeddings and indexing", "embeddings.cpp", embeddings()},
      {"Registration and state", "registration.cpp", registration()},
      {"Gradient flow and modes", "gradient_flow.cpp", gradient_flow()},
      {"Training steps", "training_steps.cpp", training_steps()},
      {"Batching and data", "data.cpp", data()},
      {"Numerics", "numerics.cpp", numerics()},
  };
}

}  // namespace zoo
