// Loaders with one bug each, and what they promise.
#pragma once

#include <string>
#include <vector>

#include "gradgrind/fuzz/loader.h"
#include "tests/fuzz/planted/files.h"

namespace planted {

struct PlantedLoader {
  std::string name;
  std::string description;  ///< What is wrong with it.
  gradgrind::Loader loader;
};

/// Twelve, over the classes of damage to files.
std::vector<PlantedLoader> planted_loaders();

/// The same readers without their bugs: nothing is to be found in them.
std::vector<PlantedLoader> sound_loaders();

/// "BLK1", rank, sizes, elements, checksum.
gradgrind::Format block_format();

}  // namespace planted
