// What a backward pass gives for gradients of the outputs of one's own choice.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "gradgrind/properties/trial.h"

namespace gradgrind {

/// One forward in evaluation with gradients, kept for as many backward passes as one likes. The
/// subject must have one dtype, and keep it, while it lives.
class Pullback {
 public:
  Pullback(Trial& trial, const Inputs& inputs);

  /// Whether any output has a gradient with respect to anything.
  bool exists() const { return !roots_.empty() && !leaves_.empty(); }

  /// A gradient for each output that has one: pseudo-random numbers of both signs.
  std::vector<at::Tensor> output_gradients(std::uint64_t seed) const;

  /// Gradients of the parameters, then of the inputs; 0 where none comes.
  Outputs operator()(const std::vector<at::Tensor>& output_gradients) const;

  /// "d/d weight", for each of them.
  const std::vector<std::string>& names() const { return names_; }

 private:
  std::vector<at::Tensor> roots_;
  std::vector<at::Tensor> leaves_;
  std::vector<std::string> names_;
};

/// The inputs in `dtype`, asking for gradients.
Inputs differentiable_inputs_in(const Trial& trial, DType dtype);

/// float64, unless the subject refuses it.
DType finest_dtype(const Trial& trial);

bool are_finite(const Outputs& outputs);

}  // namespace gradgrind
