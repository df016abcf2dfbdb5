// Short declarations of dims for tests.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "gradgrind/generators/dims.h"

namespace gradgrind {

inline Dim free_dim(std::string name, std::int64_t lowest, std::int64_t highest) {
  Dim dim;
  dim.name = std::move(name);
  dim.lowest = lowest;
  dim.highest = highest;
  return dim;
}

inline Dim derived_dim(std::string name, std::string expression) {
  Dim dim;
  dim.kind = Dim::Kind::derived;
  dim.name = std::move(name);
  dim.expression = std::move(expression);
  return dim;
}

/// Of `lowest` to `highest` dims, each of size 1 to 4.
inline Dim variadic_dim(std::string name, std::int64_t lowest, std::int64_t highest) {
  Dim dim = free_dim(std::move(name), lowest, highest);
  dim.kind = Dim::Kind::variadic;
  return dim;
}

}  // namespace gradgrind
