// Correct code: whatever the default suite finds in it is a false alarm.
#pragma once

#include <string>
#include <vector>

#include "gradgrind/properties/contract.h"

namespace bench {

struct Group {
  std::string name;
  std::vector<gradgrind::Contract> contracts;
};

/// The modules of torch::nn, functions of torch::, the correct twins of the zoo, and the examples.
std::vector<Group> correct_code();

}  // namespace bench
