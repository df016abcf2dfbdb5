// The code under test behind a uniform face.
//
// Layer 3, properties.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "gradgrind/generators/case.h"
#include "gradgrind/properties/values.h"

namespace torch {
namespace nn {
class Module;
}
}  // namespace torch

namespace gradgrind {

/// What a factory may ask of the case: sizes of dims and values of parameters. It remembers what
/// was asked, so that subjects are reused for cases that agree in it.
class Draw {
 public:
  Draw(Dims dims, std::map<std::string, ParameterValue> parameters)
      : dims_(std::move(dims)), parameters_(std::move(parameters)) {}

  /// Size of a dim. Throws UsageError listing the known ones.
  std::int64_t operator[](const std::string& dim) const;

  /// Value of a parameter; T is bool, std::int64_t, double, std::string, or what a generator of the
  /// user's makes. Throws UsageError for an unknown name or another type.
  template <class T>
  const T& get(const std::string& name) const {
    asked_.insert(name);
    const ParameterValue& value = find_parameter(parameters_, name, "draw.get");
    if constexpr (std::is_constructible_v<ParameterValue, std::in_place_type_t<T>>) {
      if (const T* typed = std::get_if<T>(&value)) return *typed;
    }
    if (const OpaqueValue* opaque = std::get_if<OpaqueValue>(&value)) {
      if (const T* typed = static_cast<const T*>(opaque_as(*opaque, name, typeid(T).name()))) {
        return *typed;
      }
    }
    throw_parameter_type(name, value);
  }

  /// Names of the dims and parameters asked for so far.
  const std::set<std::string>& asked() const { return asked_; }

 private:
  static const void* opaque_as(const OpaqueValue& value, const std::string& name, const char* type);

  Dims dims_;
  std::map<std::string, ParameterValue> parameters_;
  mutable std::set<std::string> asked_;
};

/// A subject as it was built for one case.
struct Built {
  /// Null for a plain function.
  std::shared_ptr<torch::nn::Module> module;
  /// Runs it on the inputs. Called with grad mode, train mode and seed set by the caller.
  std::function<Outputs(const Inputs&)> forward;
  /// The same face for another module of the same type: a clone.
  Built (*rebind)(const std::shared_ptr<torch::nn::Module>&) = nullptr;
};

/// Where subjects come from.
struct Subject {
  enum class Kind : std::uint8_t {
    module,    ///< Built by a factory from dims and parameters.
    instance,  ///< Given as it is; never written to, training works on a copy.
    function,  ///< No parameters.
  };
  Kind kind = Kind::function;
  std::function<Built(const Draw&)> build;
  /// Replaces Built::forward where the contract names one.
  std::function<Outputs(torch::nn::Module*, const Inputs&)> forward;
};

}  // namespace gradgrind
