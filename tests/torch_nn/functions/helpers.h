// What several families say in the same way.
#pragma once

#include <string>

#include "gradgrind/gradgrind.h"

namespace torch_functions {

/// Of each element by itself: values `from` give values `to`.
template <class Function>
gradgrind::Contract elementwise(const std::string& name, Function function,
                                const gradgrind::ValuePolicy& from = gradgrind::ordinary(),
                                const gradgrind::ValuePolicy& to = gradgrind::ordinary(),
                                gradgrind::Location location = gradgrind::Location::here()) {
  return gradgrind::function(name, function, location)
      .dim("B", 1, 8)
      .variadic("S", 0, 2)
      .input("x", gradgrind::floats("B *S", from))
      .output("y", gradgrind::floats("B *S", to))
      .batch("B");
}

/// Of two elements at the same place.
template <class Function>
gradgrind::Contract of_pairs(const std::string& name, Function function,
                             const gradgrind::ValuePolicy& of_a = gradgrind::ordinary(),
                             const gradgrind::ValuePolicy& of_b = gradgrind::ordinary(),
                             gradgrind::Location location = gradgrind::Location::here()) {
  return gradgrind::function(name, function, location)
      .dim("B", 1, 8)
      .variadic("S", 0, 2)
      .input("a", gradgrind::floats("B *S", of_a))
      .input("b", gradgrind::floats("B *S", of_b))
      .output("y", gradgrind::floats("B *S"))
      .batch("B");
}

/// Of each row of the last dim D, lowest .. 9 elements; outputs are to be added.
template <class Function>
gradgrind::Contract of_rows(const std::string& name, Function function,
                            const gradgrind::ValuePolicy& from = gradgrind::ordinary(),
                            std::int64_t lowest = 1,
                            gradgrind::Location location = gradgrind::Location::here()) {
  return gradgrind::function(name, function, location)
      .dim("B", 1, 6)
      .variadic("S", 0, 1)
      .dim("D", lowest, 9)
      .input("x", gradgrind::floats("B *S D", from))
      .batch("B");
}

}  // namespace torch_functions
