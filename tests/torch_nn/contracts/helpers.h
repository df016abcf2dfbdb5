// What several families say in the same way.
#pragma once

#include <string>

#include "gradgrind/gradgrind.h"

namespace torch_nn {

/// `head`, and `each` for every letter of `space`, which stands where '#' does:
/// shape_over("B C", "HW", "2*#") is "B C 2*H 2*W".
inline std::string shape_over(const std::string& head, const std::string& space,
                              const std::string& each = "#") {
  std::string shape = head;
  for (const char letter : space) {
    std::string dim = each;
    dim.replace(dim.find('#'), 1, 1, letter);
    shape += (shape.empty() ? "" : " ") + dim;
  }
  return shape;
}

/// A free dim of lowest .. highest for every letter of `space`.
inline gradgrind::Contract with_dims(gradgrind::Contract contract, const std::string& space,
                                     std::int64_t lowest, std::int64_t highest,
                                     gradgrind::Location location) {
  for (const char letter : space) {
    contract = contract.dim(std::string(1, letter), lowest, highest, location);
  }
  return contract;
}

}  // namespace torch_nn
