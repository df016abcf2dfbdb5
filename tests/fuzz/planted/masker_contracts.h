// Maskers with one bug each, and what they promise.
#pragma once

#include <string>
#include <vector>

#include "gradgrind/properties/contract.h"

namespace planted {

struct PlantedMasker {
  std::string name;
  std::string description;  ///< What is wrong with the faulty one.
  gradgrind::Contract faulty;
  gradgrind::Contract sound;  ///< The same contract over the function without the bug.
};

/// Ten, over the classes of damage to masks.
std::vector<PlantedMasker> planted_maskers();

}  // namespace planted
