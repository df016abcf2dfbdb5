// Contracts of one line for functions of rows and of pairs of vectors.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "gradgrind/gradgrind.h"

namespace gradgrind {

/// A map of each element of a batch by itself, or so it promises.
inline Contract rows(const std::string& name, at::Tensor (*function)(const at::Tensor&)) {
  return gradgrind::function(name, function)
      .dim("B", 1, 4)
      .dim("D", 1, 4)
      .input("x", floats("B D"))
      .output("y", floats("B D"))
      .batch("B");
}

inline Contract pairs(const std::string& name,
                      at::Tensor (*function)(const at::Tensor&, const at::Tensor&)) {
  return gradgrind::function(name, function)
      .dim("D", 1, 4)
      .input("x", floats("D"))
      .input("w", floats("D"))
      .output("y", floats("D"));
}

/// Sound in every respect.
inline at::Tensor twice(const at::Tensor& x) { return x * 2; }
inline at::Tensor product(const at::Tensor& x, const at::Tensor& w) { return x * w; }

}  // namespace gradgrind
