// An optimizer as a subject: a function of a parameter and the gradients of its steps.
//
// Layer 3, properties. Not part of gradgrind/gradgrind.h, since it includes
// torch/optim/optimizer.h.
#pragma once

#include <torch/optim/optimizer.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gradgrind/properties/module.h"

namespace gradgrind {
namespace detail {

/// The parameter after a step for each of the gradients, which lie along their first dim.
template <class Factory>
at::Tensor after_steps(Factory& factory, const at::Tensor& parameter, const at::Tensor& gradients) {
  at::Tensor trained = parameter.detach().clone().set_requires_grad(true);
  auto optimizer = factory(std::vector<at::Tensor>{trained});
  for (std::int64_t step = 0; step < gradients.size(0); ++step) {
    trained.mutable_grad() = gradients[step].detach().clone();
    optimizer.step();
  }
  return trained.detach();
}

}  // namespace detail

/// A contract over an optimizer that `factory` builds of a std::vector<at::Tensor>, by value: the
/// inputs "parameter" and "gradients" (a step each, K of them), the output "result". What the steps
/// should do is said by a reference: `.reference(gg::references::adam({...}))`.
template <class Factory>
Contract optimizer(std::string name, Factory factory, Location location = Location::here()) {
  return function(
             std::move(name),
             [factory = std::move(factory)](const at::Tensor& parameter,
                                            const at::Tensor& gradients) {
               return detail::after_steps(factory, parameter, gradients);
             },
             location)
      .dim("K", 1, 4, location)
      .dim("D", 1, 6, location)
      .input("parameter", floats("D"), location)
      .input("gradients", floats("K D"), location)
      .output("result", floats("D"), location)
      .not_differentiable("an optimizer steps without gradients", location);
}

}  // namespace gradgrind
