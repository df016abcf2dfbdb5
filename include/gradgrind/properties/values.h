// What goes into a subject and what comes out of it.
//
// Layer 3, properties.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "gradgrind/generators/case.h"
#include "gradgrind/generators/error.h"

namespace gradgrind {

/// The tensors of one call, by name and in order of declaration. Made afresh for every call: what
/// the subject writes into them changes nothing else.
class Inputs {
 public:
  struct Slot {
    std::string name;
    std::vector<at::Tensor> tensors;
    bool is_list = false;
  };

  Inputs() = default;
  Inputs(std::vector<Slot> slots, Dims dims, std::map<std::string, ParameterValue> parameters)
      : slots_(std::move(slots)), dims_(std::move(dims)), parameters_(std::move(parameters)) {}

  /// The tensor of input `name`, undefined where an optional one is absent. Throws UsageError for
  /// an unknown name and for a list.
  const at::Tensor& operator[](const std::string& name) const;
  at::Tensor& operator[](const std::string& name);
  /// By position in the order of declaration. Throws UsageError beyond the last one.
  const at::Tensor& operator[](std::size_t position) const;

  /// The tensors of a list input.
  const std::vector<at::Tensor>& list(const std::string& name) const;

  /// Size of a dim in this case. Throws UsageError listing the known ones.
  std::int64_t size(const std::string& dim) const;

  /// Value of a drawn parameter; T is bool, std::int64_t, double or std::string.
  template <class T>
  const T& parameter(const std::string& name) const;

  std::size_t count() const { return slots_.size(); }
  const std::vector<Slot>& slots() const { return slots_; }
  std::vector<Slot>& slots() { return slots_; }
  const Dims& dims() const { return dims_; }
  const std::map<std::string, ParameterValue>& parameters() const { return parameters_; }

 private:
  const Slot& slot(const std::string& name) const;

  std::vector<Slot> slots_;
  Dims dims_;
  std::map<std::string, ParameterValue> parameters_;
};

/// Looks up a drawn parameter for `call`, such as "draw.get". Throws UsageError naming the call and
/// listing the known names, or naming the type that the parameter has where T is another.
const ParameterValue& find_parameter(const std::map<std::string, ParameterValue>& parameters,
                                     const std::string& name, const std::string& call);
[[noreturn]] void throw_parameter_type(const std::string& name, const ParameterValue& value);
/// "draw[\"Q\"]: unknown dim 'Q'; known: ...": thrown as UsageError for `call`.
[[noreturn]] void throw_unknown_dim(const std::string& call, const std::string& name,
                                    const Dims& dims);

template <class T>
const T& Inputs::parameter(const std::string& name) const {
  const ParameterValue& value = find_parameter(parameters_, name, "Inputs::parameter");
  if (const T* typed = std::get_if<T>(&value)) return *typed;
  throw_parameter_type(name, value);
}

/// The tensors that a call gave back, flattened. A lone tensor has the path ""; members of tuples,
/// pairs and vectors are numbered: "0", "1.0". An absent optional has no entry.
struct Outputs {
  std::vector<at::Tensor> tensors;
  std::vector<std::string> paths;

  std::size_t count() const { return tensors.size(); }
  /// Throws UsageError beyond the last one.
  const at::Tensor& operator[](std::size_t position) const;
};

/// Flattening: a trait, because free functions of such names would be found by argument-dependent
/// lookup beside those of namespace at.
template <class T, class = void>
struct Flattening {
  static constexpr bool is_known = false;
};

template <>
struct Flattening<at::Tensor> {
  static constexpr bool is_known = true;
  static void append(const at::Tensor& value, const std::string& path, Outputs& outputs) {
    outputs.tensors.push_back(value);
    outputs.paths.push_back(path);
  }
};

template <>
struct Flattening<Outputs> {
  static constexpr bool is_known = true;
  static void append(const Outputs& value, const std::string&, Outputs& outputs) {
    outputs = value;
  }
};

namespace detail {
inline std::string member(const std::string& path, std::size_t position) {
  return path.empty() ? std::to_string(position) : path + "." + std::to_string(position);
}

template <class Tuple, std::size_t... Positions>
void append_members(const Tuple& value, const std::string& path, Outputs& outputs,
                    std::index_sequence<Positions...>) {
  (Flattening<std::decay_t<std::tuple_element_t<Positions, Tuple>>>::append(
       std::get<Positions>(value), member(path, Positions), outputs),
   ...);
}
}  // namespace detail

template <class... Members>
struct Flattening<std::tuple<Members...>> {
  static constexpr bool is_known = (Flattening<std::decay_t<Members>>::is_known && ...);
  static void append(const std::tuple<Members...>& value, const std::string& path,
                     Outputs& outputs) {
    detail::append_members(value, path, outputs, std::index_sequence_for<Members...>());
  }
};

template <class First, class Second>
struct Flattening<std::pair<First, Second>> {
  static constexpr bool is_known =
      Flattening<std::decay_t<First>>::is_known && Flattening<std::decay_t<Second>>::is_known;
  static void append(const std::pair<First, Second>& value, const std::string& path,
                     Outputs& outputs) {
    detail::append_members(value, path, outputs, std::make_index_sequence<2>());
  }
};

template <class T>
struct Flattening<std::vector<T>> {
  static constexpr bool is_known = Flattening<T>::is_known;
  static void append(const std::vector<T>& value, const std::string& path, Outputs& outputs) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      Flattening<T>::append(value[i], detail::member(path, i), outputs);
    }
  }
};

template <class T>
struct Flattening<std::optional<T>> {
  static constexpr bool is_known = Flattening<T>::is_known;
  static void append(const std::optional<T>& value, const std::string& path, Outputs& outputs) {
    if (value.has_value()) Flattening<T>::append(*value, path, outputs);
  }
};

/// Flattens a result of tensors, pairs, tuples, vectors and optionals, nested as you like.
template <class T>
Outputs flatten_result(const T& value) {
  static_assert(Flattening<std::decay_t<T>>::is_known,
                "Gradgrind: the subject must give back tensors, or pairs, tuples, vectors or "
                "optionals of them. Wrap it in .forward(...) to pick what counts.");
  Outputs outputs;
  Flattening<std::decay_t<T>>::append(value, "", outputs);
  return outputs;
}

}  // namespace gradgrind
