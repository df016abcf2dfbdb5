// The smallest case that shows each bug of the examples.
#pragma once

#include <string>
#include <vector>

namespace examples {

/// What a fault has to end in, whatever the seed.
struct Smallest {
  std::string contract;
  std::string kind;  ///< Of the finding's identity.
  /// What describe() says of the case, without its weights and seeds.
  std::vector<std::string> lines;
};

std::vector<Smallest> smallest_cases();

}  // namespace examples
