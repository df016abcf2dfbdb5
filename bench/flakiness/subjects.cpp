#include "bench/flakiness/subjects.h"

#include "examples/contracts.h"
#include "tests/torch_nn/contracts/contracts.h"
#include "tests/torch_nn/functions/functions.h"
#include "tests/zoo/zoo.h"

namespace bench {
namespace {

std::vector<gradgrind::Contract> twins() {
  std::vector<gradgrind::Contract> sound;
  for (const zoo::Family& family : zoo::families()) {
    for (const zoo::Pair& pair : family.pairs) sound.push_back(pair.sound);
  }
  return sound;
}

}  // namespace

std::vector<Group> correct_code() {
  return {{"torch::nn", torch_nn::contracts()},
          {"torch::", torch_functions::functions()},
          {"twins of the zoo", twins()},
          {"examples", examples::sound_contracts()}};
}

}  // namespace bench
