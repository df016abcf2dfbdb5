// A case: one concrete input to a subject, as a plain value.
//
// Layer 1, vocabulary. Cases are generated, shrunk, stored and printed; tensors are made of them
// just before each call. Copying is deep, comparing is by value.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gradgrind/generators/array.h"
#include "gradgrind/generators/layout.h"
#include "gradgrind/generators/parameter.h"
#include "gradgrind/generators/shape.h"

namespace gradgrind {

enum class Device : std::uint8_t {
  cpu,
  cuda,
  meta,  ///< No data: only shapes, dtypes and structure can be checked.
};

std::string_view name(Device device);
Device device_named(std::string_view name);

/// One tensor of a case.
struct TensorValue {
  Array values;
  Layout layout;
  Device device = Device::cpu;
  std::string value_class;  ///< The class of contents it was filled with; for statistics only.

  friend bool operator==(const TensorValue& a, const TensorValue& b) {
    return a.values == b.values && a.layout == b.layout && a.device == b.device;
  }
};

/// What one declared input holds: one tensor, none where an optional one is absent, or a list.
struct Input {
  std::string name;
  std::vector<TensorValue> tensors;

  friend bool operator==(const Input& a, const Input& b) {
    return a.name == b.name && a.tensors == b.tensors;
  }
};

/// How a subject's parameters are set.
enum class WeightPolicy : std::uint8_t {
  fresh,     ///< As the constructor leaves them, under the case's weight seed.
  noisy,     ///< Plus noise, so that zero-initialised heads and unit gains hide nothing.
  extreme,   ///< Scaled by 100.
  as_given,  ///< A built or loaded module, untouched.
};

std::string_view name(WeightPolicy policy);
WeightPolicy weight_policy_named(std::string_view name);

/// A parameter or buffer by name.
struct NamedArray {
  std::string name;
  Array values;

  friend bool operator==(const NamedArray& a, const NamedArray& b) {
    return a.name == b.name && a.values == b.values;
  }
};

/// The parameters and buffers of a subject: by seed and policy, or by value.
struct Weights {
  std::uint64_t seed = 0;
  WeightPolicy policy = WeightPolicy::fresh;
  /// Overrides what seed and policy give, entry by entry, where name and shape agree.
  std::vector<NamedArray> state;

  friend bool operator==(const Weights& a, const Weights& b) {
    return a.seed == b.seed && a.policy == b.policy && a.state == b.state;
  }
};

struct Case {
  Dims dims;
  std::map<std::string, ParameterValue> parameters;
  DType dtype = DType::float32;  ///< Shared by the subject and all inputs that name no dtype.
  std::vector<Input> inputs;     ///< In order of declaration.
  Weights weights;
  std::uint64_t seed = 0;  ///< Of every random number drawn while the case runs.

  /// The input of that name. Throws UsageError listing the known ones.
  const Input& input(const std::string& name) const;
  Input& input(const std::string& name);

  // A case written by hand, as printed repros are. Each returns *this.
  Case& dim(const std::string& name, std::int64_t size);
  Case& variadic(const std::string& name, Shape sizes);
  Case& parameter(const std::string& name, ParameterValue value);
  Case& of_dtype(DType shared);
  /// Adds a tensor to input `name`; a further call for the same name makes a list.
  Case& tensor(const std::string& name, Array values, Layout layout = {},
               Device device = Device::cpu);
  /// Declares an optional input as absent, or a list as empty.
  Case& absent(const std::string& name);
  Case& weights_from(std::uint64_t seed, WeightPolicy policy);
  /// Gives one parameter or buffer by value.
  Case& weight(const std::string& name, Array values);
  Case& seeded(std::uint64_t seed);

  friend bool operator==(const Case& a, const Case& b) {
    return a.dims == b.dims && a.parameters == b.parameters && a.dtype == b.dtype &&
           a.inputs == b.inputs && a.weights == b.weights && a.seed == b.seed;
  }
  friend bool operator!=(const Case& a, const Case& b) { return !(a == b); }
};

/// An array from literals, row-major: array(DType::float32, {2, 2}, {1, 2, 3, 4}). Throws
/// UsageError when the number of values differs from the shape's.
Array array(DType dtype, Shape shape, const std::vector<double>& values);
Array array(DType dtype, Shape shape, std::initializer_list<double> values);
/// Likewise for integers beyond 2^53 and for complex values.
Array array(DType dtype, Shape shape, const std::vector<Scalar>& values);

/// Elements of all inputs together.
std::int64_t total_numel(const Case& a_case);

}  // namespace gradgrind
