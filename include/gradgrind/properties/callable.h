// Calls a user's forward with as many tensors as the contract declares.
//
// Layer 3, properties. The arity is deduced by expression: every n from 1 to 6 for which
// `callable(t1, ..., tn)` is well-formed is kept, and the contract's number of inputs picks one.
// That serves overloads, default arguments and Sequential, whose forward is a template.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>

#include "gradgrind/properties/values.h"

namespace gradgrind::detail {

constexpr std::size_t kMostArguments = 6;

template <std::size_t>
struct TensorArgument {
  using Type = const at::Tensor&;
};

template <class Callable, class Positions, class = void>
struct TakesTensors : std::false_type {};

template <class Callable, std::size_t... Positions>
struct TakesTensors<Callable, std::index_sequence<Positions...>,
                    std::void_t<decltype(std::declval<Callable&>()(
                        std::declval<typename TensorArgument<Positions>::Type>()...))>>
    : std::true_type {};

template <class Callable, class = void>
struct TakesInputs : std::false_type {};

template <class Callable>
struct TakesInputs<Callable,
                   std::void_t<decltype(std::declval<Callable&>()(std::declval<const Inputs&>()))>>
    : std::true_type {};

template <class Callable, std::size_t... Positions>
Outputs call_with(Callable& callable, const Inputs& inputs, std::index_sequence<Positions...>) {
  return flatten_result(callable(inputs[Positions]...));
}

/// What is called, for messages.
struct Callee {
  const char* what;            ///< "forward", "the function".
  const char* implementation;  ///< typeid name of the module whose forward it is, else null.
};

/// "forward takes 1 or 2 tensors, the contract declares 3 inputs": thrown as UsageError.
[[noreturn]] void throw_wrong_arity(const Callee& callee,
                                    const std::array<bool, kMostArguments + 1>& possible,
                                    const Inputs& declared);

/// Calls `callable` with the inputs in order of declaration, or as a whole where it takes Inputs.
template <class Callable>
Outputs call(const Callee& callee, Callable& callable, const Inputs& inputs) {
  if constexpr (TakesInputs<Callable>::value &&
                !TakesTensors<Callable, std::make_index_sequence<1>>::value) {
    return flatten_result(callable(inputs));
  } else {
    std::array<bool, kMostArguments + 1> possible{};
    Outputs outputs;
    bool called = false;
    const auto attempt = [&](auto count) {
      constexpr std::size_t kCount = decltype(count)::value;
      if constexpr (TakesTensors<Callable, std::make_index_sequence<kCount>>::value) {
        possible[kCount] = true;
        if (inputs.count() == kCount) {
          outputs = call_with(callable, inputs, std::make_index_sequence<kCount>());
          called = true;
        }
      }
    };
    attempt(std::integral_constant<std::size_t, 1>());
    attempt(std::integral_constant<std::size_t, 2>());
    attempt(std::integral_constant<std::size_t, 3>());
    attempt(std::integral_constant<std::size_t, 4>());
    attempt(std::integral_constant<std::size_t, 5>());
    attempt(std::integral_constant<std::size_t, 6>());
    if (!called) throw_wrong_arity(callee, possible, inputs);
    return outputs;
  }
}

}  // namespace gradgrind::detail
