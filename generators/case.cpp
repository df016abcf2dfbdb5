#include "gradgrind/generators/case.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>

#include "gradgrind/generators/error.h"

namespace gradgrind {
namespace {

constexpr std::array<std::string_view, 3> kDevices = {"cpu", "cuda", "meta"};
constexpr std::array<std::string_view, 4> kPolicies = {"fresh", "noisy", "extreme", "as_given"};

/// The enumerator whose name is `text`, given all names in the order of the enumeration.
template <class Enum, std::size_t n>
Enum enumerator_named(const char* what, const std::array<std::string_view, n>& names,
                      std::string_view text) {
  const auto found = std::find(names.begin(), names.end(), text);
  if (found == names.end()) {
    throw UsageError(unknown_name(what, std::string(text), {names.begin(), names.end()}));
  }
  return static_cast<Enum>(found - names.begin());
}

/// The input of `inputs` called `name`, or none.
template <class Inputs>
auto find_input(Inputs& inputs, const std::string& name) {
  return std::find_if(inputs.begin(), inputs.end(),
                      [&](const Input& input) { return input.name == name; });
}

template <class Inputs>
auto& input_named(Inputs& inputs, const std::string& name) {
  const auto found = find_input(inputs, name);
  if (found != inputs.end()) return *found;
  std::vector<std::string> known;
  for (const Input& input : inputs) known.push_back(input.name);
  throw UsageError("Case::input(): " + unknown_name("input", name, known));
}

/// An array of literals, each `convert`ed to a Scalar of the dtype's kind.
template <class Value, class Convert>
Array array_of(DType dtype, Shape shape, const std::vector<Value>& values, Convert convert) {
  Array result(dtype, std::move(shape));
  const auto count = static_cast<std::int64_t>(values.size());
  if (count != result.numel()) {
    throw UsageError(
        fmt::format("array(): {} values were given but shape {} holds {}; give one "
                    "for each element, row-major",
                    count, to_string(result.shape()), result.numel()));
  }
  for (std::int64_t i = 0; i < count; ++i) {
    result.set(i, convert(values[static_cast<std::size_t>(i)]));
  }
  return result;
}

}  // namespace

std::string_view name(Device device) { return kDevices.at(static_cast<std::size_t>(device)); }

Device device_named(std::string_view name) {
  return enumerator_named<Device>("device", kDevices, name);
}

std::string_view name(WeightPolicy policy) {
  return kPolicies.at(static_cast<std::size_t>(policy));
}

WeightPolicy weight_policy_named(std::string_view name) {
  return enumerator_named<WeightPolicy>("weight policy", kPolicies, name);
}

const Input& Case::input(const std::string& name) const { return input_named(inputs, name); }

Input& Case::input(const std::string& name) { return input_named(inputs, name); }

Case& Case::dim(const std::string& name, std::int64_t size) {
  dims.sizes[name] = size;
  return *this;
}

Case& Case::variadic(const std::string& name, Shape sizes) {
  dims.variadic[name] = std::move(sizes);
  return *this;
}

Case& Case::parameter(const std::string& name, ParameterValue value) {
  parameters[name] = std::move(value);
  return *this;
}

Case& Case::of_dtype(DType shared) {
  dtype = shared;
  return *this;
}

Case& Case::tensor(const std::string& name, Array values, Layout layout, Device device) {
  auto found = find_input(inputs, name);
  if (found == inputs.end()) found = inputs.insert(inputs.end(), Input{name, {}});
  found->tensors.push_back({std::move(values), std::move(layout), device, {}});
  return *this;
}

Case& Case::absent(const std::string& name) {
  const auto found = find_input(inputs, name);
  if (found == inputs.end()) {
    inputs.push_back({name, {}});
  } else if (!found->tensors.empty()) {
    throw UsageError(fmt::format(
        "Case::absent(\"{}\"): the input was given a tensor before; drop one of the two", name));
  }
  return *this;
}

Case& Case::weights_from(std::uint64_t weight_seed, WeightPolicy policy) {
  weights.seed = weight_seed;
  weights.policy = policy;
  return *this;
}

Case& Case::weight(const std::string& name, Array values) {
  const auto found = std::find_if(weights.state.begin(), weights.state.end(),
                                  [&](const NamedArray& entry) { return entry.name == name; });
  if (found == weights.state.end()) {
    weights.state.push_back({name, std::move(values)});
  } else {
    found->values = std::move(values);
  }
  return *this;
}

Case& Case::seeded(std::uint64_t case_seed) {
  seed = case_seed;
  return *this;
}

Array array(DType dtype, Shape shape, const std::vector<double>& values) {
  const bool is_whole = is_integral(dtype) || dtype == DType::boolean;
  return array_of(dtype, std::move(shape), values, [&](double value) -> Scalar {
    if (is_complex(dtype)) return std::complex<double>(value);
    if (!is_whole) return value;
    if (std::abs(value) < 0x1p63 && std::trunc(value) == value) {
      return static_cast<std::int64_t>(value);
    }
    throw UsageError(fmt::format("array(): {} is no value of dtype {}", value, name(dtype)));
  });
}

Array array(DType dtype, Shape shape, std::initializer_list<double> values) {
  return array(dtype, std::move(shape), std::vector<double>(values));
}

Array array(DType dtype, Shape shape, const std::vector<Scalar>& values) {
  return array_of(dtype, std::move(shape), values, [](const Scalar& value) { return value; });
}

std::int64_t total_numel(const Case& a_case) {
  std::int64_t sum = 0;
  for (const Input& input : a_case.inputs) {
    for (const TensorValue& tensor : input.tensors) sum += tensor.values.numel();
  }
  return sum;
}

}  // namespace gradgrind
