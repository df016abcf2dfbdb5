// The sound examples as a suite: what a night runs beside the fuzzers, with a fresh seed.
#include "contracts.h"
#include "gradgrind/gtest.h"

namespace {

bool register_all() {
  for (const gradgrind::Contract& contract : examples::sound_contracts()) {
    gradgrind::register_tests(contract);
  }
  return true;
}

const bool are_registered = register_all();

}  // namespace
