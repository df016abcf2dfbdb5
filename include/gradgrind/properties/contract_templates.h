// Bodies of Contract's templates.
//
// Layer 3, properties.
#pragma once

#include <type_traits>
#include <utility>

#include "gradgrind/properties/callable.h"
#include "gradgrind/properties/contract.h"
#include "gradgrind/properties/trial.h"

namespace gradgrind {

template <class F>
Contract Contract::loss(F loss) const {
  if constexpr (std::is_invocable_v<F&, const at::Tensor&, const at::Tensor&>) {
    return with_loss(
        [loss = std::move(loss)](const Outputs& outputs, const Inputs& targets) mutable {
          return loss(outputs[0], targets[0]);
        });
  } else {
    static_assert(std::is_invocable_v<F&, const Outputs&, const Inputs&>,
                  "Gradgrind: a loss takes (const at::Tensor& output, const at::Tensor& target), "
                  "or (const Outputs&, const Inputs& targets).");
    return with_loss(std::move(loss));
  }
}

template <class F>
Contract Contract::reference(F reference) const {
  return with_reference([reference = std::move(reference)](const Inputs& inputs) mutable {
    return detail::call(reference, inputs);
  });
}

template <class F>
Contract Contract::property(const std::string& name, F check, Location location) const {
  using Result = std::invoke_result_t<F&, Trial&>;
  Property property;
  property.name = name;
  property.claim = "the user's own property holds";
  property.group = "own";
  property.check = [check = std::move(check)](Trial& trial) mutable {
    if constexpr (std::is_same_v<Result, Verdict>) {
      return check(trial);
    } else if constexpr (std::is_same_v<Result, bool>) {
      if (check(trial)) return Verdict::holds();
      Evidence evidence;
      evidence.kind = "is false";
      evidence.message = "the property gave back false";
      return Verdict::fails(std::move(evidence));
    } else {
      static_assert(std::is_void_v<Result>,
                    "Gradgrind: a property gives back a Verdict, a bool, or nothing.");
      return run_with_assertions([&] { check(trial); });
    }
  };
  return with_property(std::move(property), location);
}

}  // namespace gradgrind
