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
namespace detail {

// In gradgrind/properties/module.h.
template <class Forward>
std::function<Outputs(torch::nn::Module*, const Inputs&)> erased_forward(Forward forward);

template <class F, std::size_t... Counts>
constexpr bool takes_tensors(std::index_sequence<Counts...>) {
  return (TakesTensors<F, std::make_index_sequence<Counts + 1>>::value || ...);
}

}  // namespace detail

template <class F>
Contract Contract::loss(F function) const {
  if constexpr (std::is_invocable_v<F&, const at::Tensor&, const at::Tensor&>) {
    return with_loss(
        [function = std::move(function)](const Outputs& outputs, const Inputs& targets) mutable {
          return function(outputs[0], targets[0]);
        });
  } else {
    static_assert(std::is_invocable_v<F&, const Outputs&, const Inputs&>,
                  "Gradgrind: a loss takes (const at::Tensor& output, const at::Tensor& target), "
                  "or (const Outputs&, const Inputs& targets).");
    return with_loss(std::move(function));
  }
}

template <class F>
Contract Contract::reference(F function) const {
  if constexpr (detail::TakesInputs<F>::value ||
                detail::takes_tensors<F>(std::make_index_sequence<detail::kMostArguments>())) {
    return with_reference([function = std::move(function)](const Inputs& inputs) mutable {
      return detail::call({"the reference", nullptr}, function, inputs);
    });
  } else {
    return with_module_reference(detail::erased_forward(std::move(function)));
  }
}

template <class F>
Contract Contract::property(const std::string& name, F check, Location location) const {
  using Result = std::invoke_result_t<F&, Trial&>;
  Property own;
  own.name = name;
  own.claim = std::string("the own property at ") + location.file + ":" +
              std::to_string(location.line) + " holds";
  own.group = "own";
  own.check = [check = std::move(check)](Trial& trial) mutable {
    if constexpr (std::is_same_v<Result, Verdict>) {
      return check(trial);
    } else if constexpr (std::is_same_v<Result, bool>) {
      if (check(trial)) return Verdict::holds();
      Evidence evidence;
      evidence.kind = "is false";
      evidence.message = "it gave back false; give back a Verdict, or use EXPECT_*, to say more";
      return Verdict::fails(std::move(evidence));
    } else {
      static_assert(std::is_void_v<Result>,
                    "Gradgrind: a property gives back a Verdict, a bool, or nothing.");
      return run_with_assertions([&] { check(trial); });
    }
  };
  return with_property(std::move(own), location);
}

}  // namespace gradgrind
