// Subjects from a user's types: the adapter between torch::nn and a Contract.
//
// Layer 3, properties. Templates over the user's own types; includes no module header of LibTorch,
// since whoever names a module has included it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "gradgrind/properties/callable.h"
#include "gradgrind/properties/contract.h"
#include "gradgrind/properties/subject.h"

namespace gradgrind {
namespace detail {

[[noreturn]] void throw_wrong_module(const char* wanted);

template <class T>
struct IsSharedPtr : std::false_type {};
template <class T>
struct IsSharedPtr<std::shared_ptr<T>> : std::true_type {};

/// The shared_ptr to the implementation, from a holder, a shared_ptr or an implementation by value.
template <class Module>
auto implementation(Module module) {
  if constexpr (IsSharedPtr<Module>::value) {
    return module;
  } else if constexpr (std::is_base_of_v<torch::nn::Module, Module>) {
    return std::make_shared<Module>(std::move(module));
  } else {
    return module.ptr();
  }
}

/// The module's forward as a callable, well-formed for just the arguments that forward takes.
template <class Implementation>
struct ForwardOf {
  Implementation& module;

  template <class... Arguments>
  auto operator()(const Arguments&... arguments) -> decltype(module.forward(arguments...)) {
    return module.forward(arguments...);
  }
};

template <class Implementation>
Built built(std::shared_ptr<Implementation> module);

template <class Implementation>
Built rebuilt(const std::shared_ptr<torch::nn::Module>& module) {
  auto typed = std::dynamic_pointer_cast<Implementation>(module);
  if (typed == nullptr) throw_wrong_module(typeid(Implementation).name());
  return built(std::move(typed));
}

template <class Implementation>
Built built(std::shared_ptr<Implementation> module) {
  const auto forward = [module](const Inputs& inputs) {
    ForwardOf<Implementation> callable{*module};
    return call({"forward", typeid(Implementation).name()}, callable, inputs);
  };
  return {module, forward, &rebuilt<Implementation>};
}

/// The module that a user's forward takes as its first argument: an implementation by reference, or
/// a holder by value or reference.
template <class Callable>
struct ForwardTraits : ForwardTraits<decltype(&Callable::operator())> {};
template <class Class, class Result, class Module>
struct ForwardTraits<Result (Class::*)(Module, const Inputs&) const> {
  using Argument = std::decay_t<Module>;
};
template <class Class, class Result, class Module>
struct ForwardTraits<Result (Class::*)(Module, const Inputs&)> {
  using Argument = std::decay_t<Module>;
};
template <class Result, class Module>
struct ForwardTraits<Result (*)(Module, const Inputs&)> {
  using Argument = std::decay_t<Module>;
};

/// Calls `use` with the module as an Argument: the implementation by reference, or its holder.
template <class Argument, class Use>
auto with_typed(torch::nn::Module* module, Use use) {
  if constexpr (std::is_base_of_v<torch::nn::Module, Argument>) {
    auto* typed = dynamic_cast<Argument*>(module);
    if (typed == nullptr) throw_wrong_module(typeid(Argument).name());
    return use(*typed);
  } else {
    using Implementation = typename Argument::ContainedType;
    auto* typed = dynamic_cast<Implementation*>(module);
    if (typed == nullptr) throw_wrong_module(typeid(Implementation).name());
    Argument holder(std::dynamic_pointer_cast<Implementation>(typed->shared_from_this()));
    return use(holder);
  }
}

template <class Forward>
std::function<Outputs(torch::nn::Module*, const Inputs&)> erased_forward(Forward forward) {
  using Argument = typename ForwardTraits<Forward>::Argument;
  return [forward = std::move(forward)](torch::nn::Module* module, const Inputs& inputs) mutable {
    return with_typed<Argument>(
        module, [&](auto& typed) { return flatten_result(forward(typed, inputs)); });
  };
}

/// The module that a user's factory of training steps takes.
template <class Callable>
struct StepTraits : StepTraits<decltype(&Callable::operator())> {};
template <class Class, class Result, class Module>
struct StepTraits<Result (Class::*)(Module) const> {
  using Argument = std::decay_t<Module>;
};
template <class Class, class Result, class Module>
struct StepTraits<Result (Class::*)(Module)> {
  using Argument = std::decay_t<Module>;
};
template <class Result, class Module>
struct StepTraits<Result (*)(Module)> {
  using Argument = std::decay_t<Module>;
};

/// Shared, since an optimizer cannot be copied and what std::function holds has to be.
template <class Step>
TrainingStep erased_step(Step step) {
  return [shared = std::make_shared<Step>(std::move(step))](const Inputs& batch) -> at::Tensor {
    if constexpr (std::is_void_v<std::invoke_result_t<Step&, const Inputs&>>) {
      (*shared)(batch);
      return {};
    } else {
      return (*shared)(batch);
    }
  };
}

}  // namespace detail

namespace detail {

template <class Factory>
Subject subject_of(Factory factory) {
  Subject subject;
  subject.kind = Subject::Kind::module;
  subject.build = [factory = std::move(factory)](const Draw& draw) {
    return built(implementation(factory(draw)));
  };
  return subject;
}

}  // namespace detail

/// A contract over a module that `factory` builds: a callable that takes a Draw and gives back a
/// holder, a shared_ptr to an implementation, or an implementation by value.
template <class Factory>
Contract module(std::string name, Factory factory, Location location = Location::here()) {
  return Contract(std::move(name), detail::subject_of(std::move(factory)), location);
}

/// A contract over one module as it is: built by hand, or loaded from a checkpoint. Its parameters
/// are drawn from nowhere else, and it is never written to: training properties work on a copy.
template <class Module>
Contract instance(std::string name, Module module, Location location = Location::here()) {
  Subject subject;
  subject.kind = Subject::Kind::instance;
  subject.build = [implementation = detail::implementation(std::move(module))](const Draw&) {
    return detail::built(implementation);
  };
  return Contract(std::move(name), std::move(subject), location);
}

/// A contract over a function of tensors, or of `const Inputs&`.
template <class Function>
Contract function(std::string name, Function function, Location location = Location::here()) {
  Subject subject;
  subject.kind = Subject::Kind::function;
  subject.build = [function = std::move(function)](const Draw&) {
    return Built{nullptr,
                 [function](const Inputs& inputs) mutable {
                   return detail::call({"the function", nullptr}, function, inputs);
                 },
                 nullptr};
  };
  return Contract(std::move(name), std::move(subject), location);
}

template <class Forward>
Contract Contract::forward(Forward forward) const {
  return with_forward(detail::erased_forward(std::move(forward)));
}

template <class Factory>
Contract Contract::training_step(Factory factory, Location location) const {
  using Argument = typename detail::StepTraits<Factory>::Argument;
  return with_training_step(
      [factory = std::move(factory)](torch::nn::Module* module) mutable {
        return detail::with_typed<Argument>(
            module, [&](auto& typed) { return detail::erased_step(factory(typed)); });
      },
      location);
}

template <class Factory>
Contract Contract::other_version(Factory factory) const {
  return with_version(detail::subject_of(std::move(factory)));
}

}  // namespace gradgrind
