#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <optional>
#include <tuple>

#include "gradgrind/generators/shrink.h"

namespace gradgrind {
namespace {

/// Negative, 0 or positive: how a compares with b.
template <class T>
int compare(const T& a, const T& b) {
  return b < a ? 1 : a < b ? -1 : 0;
}

int compare_reals(double a, double b) {
  return compare(std::tuple(simplicity(a), std::abs(a), std::signbit(a)),
                 std::tuple(simplicity(b), std::abs(b), std::signbit(b)));
}

/// By simplicity, the imaginary part of a complex value first.
int compare_scalars(const Scalar& a, const Scalar& b) {
  if (const auto* real = std::get_if<double>(&a)) return compare_reals(*real, std::get<double>(b));
  if (const auto* complex = std::get_if<std::complex<double>>(&a)) {
    const auto& other = std::get<std::complex<double>>(b);
    const int imaginary = compare_reals(complex->imag(), other.imag());
    return imaginary != 0 ? imaginary : compare_reals(complex->real(), other.real());
  }
  const std::int64_t left = std::get<std::int64_t>(a);
  const std::int64_t right = std::get<std::int64_t>(b);
  const int rough = compare_reals(static_cast<double>(left), static_cast<double>(right));
  return rough != 0 ? rough : compare(left, right);
}

bool is_zero(const std::byte* element, std::size_t size) {
  return std::all_of(element, element + size, [](std::byte byte) { return byte == std::byte{0}; });
}

std::int64_t count_nonzero(const Array& values) {
  const std::size_t size = element_size(values.dtype());
  std::int64_t count = 0;
  for (std::int64_t i = 0; i < values.numel(); ++i)
    count += is_zero(values.data() + static_cast<std::size_t>(i) * size, size) ? 0 : 1;
  return count;
}

bool is_at_simplest(const Input& input) {
  return std::all_of(input.tensors.begin(), input.tensors.end(), [](const TensorValue& tensor) {
    return tensor.values.numel() <= 1 && count_nonzero(tensor.values) == 0;
  });
}

std::int64_t not_at_simplest(const Case& a_case) {
  return std::count_if(a_case.inputs.begin(), a_case.inputs.end(),
                       [](const Input& input) { return !is_at_simplest(input); });
}

int compare_dims(const Case& a, const Case& b) {
  if (const int sizes = compare(a.dims.sizes, b.dims.sizes); sizes != 0) return sizes;
  const auto variadic = [](const Case& a_case) {
    std::vector<std::pair<std::size_t, Shape>> key;
    for (const auto& [name, sizes] : a_case.dims.variadic) key.emplace_back(sizes.size(), sizes);
    return key;
  };
  if (const int leading = compare(variadic(a), variadic(b)); leading != 0) return leading;
  const auto shapes = [](const Case& a_case) {
    std::vector<std::pair<std::size_t, std::vector<std::pair<std::size_t, Shape>>>> key;
    for (const Input& input : a_case.inputs) {
      auto& [length, tensors] = key.emplace_back(input.tensors.size(), 0);
      for (const TensorValue& tensor : input.tensors)
        tensors.emplace_back(tensor.values.shape().size(), tensor.values.shape());
    }
    return key;
  };
  return compare(shapes(a), shapes(b));
}

int compare_by_magnitude(const ParameterValue& a, const ParameterValue& b) {
  if (a.index() != b.index()) return compare(a.index(), b.index());
  struct Key {
    std::tuple<double, bool, std::string> operator()(bool flag) const { return {flag, false, ""}; }
    std::tuple<double, bool, std::string> operator()(std::int64_t number) const {
      return {std::abs(static_cast<double>(number)), number < 0, ""};
    }
    std::tuple<double, bool, std::string> operator()(double number) const {
      return {std::abs(number), std::signbit(number), ""};
    }
    std::tuple<double, bool, std::string> operator()(const std::string& text) const {
      return {static_cast<double>(text.size()), false, text};
    }
    std::tuple<double, bool, std::string> operator()(const OpaqueValue& opaque) const {
      return (*this)(opaque.text);
    }
  };
  return compare(std::visit(Key{}, a), std::visit(Key{}, b));
}

std::optional<double> as_number(const ParameterValue& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
  if (const auto* real = std::get_if<double>(&value)) return *real;
  return std::nullopt;
}

/// What the domain lists as simpler is; of numbers that it does not list, the one that is nearer to
/// the simplest.
int compare_in_domain(const ParameterDomain& domain, const ParameterValue& a,
                      const ParameterValue& b) {
  const auto contains = [](const std::vector<ParameterValue>& values, const ParameterValue& value) {
    return std::find(values.begin(), values.end(), value) != values.end();
  };
  const auto simpler_than_b = domain.simpler(b);
  if (contains(simpler_than_b, a)) return -1;
  const auto simpler_than_a = domain.simpler(a);
  if (contains(simpler_than_a, b)) return 1;
  const auto left = as_number(a);
  const auto right = as_number(b);
  if (!left || !right || simpler_than_a.empty()) return compare_by_magnitude(a, b);
  const double simplest = *as_number(simpler_than_a.front());
  return compare(std::abs(*left - simplest), std::abs(*right - simplest));
}

/// How two different values of the parameter `name` compare.
using CompareParameters =
    std::function<int(const std::string& name, const ParameterValue& a, const ParameterValue& b)>;

int compare_parameters(const Case& a, const Case& b, const CompareParameters& compare_values) {
  for (const auto& [name, value] : a.parameters) {
    const auto other = b.parameters.find(name);
    if (other == b.parameters.end()) return 1;
    if (value == other->second) continue;
    if (const int order = compare_values(name, value, other->second); order != 0) return order;
  }
  return compare(a.parameters.size(), b.parameters.size());
}

/// Calls `visit` with each tensor of a case, in order of declaration.
template <class Visit>
void for_each_tensor(const Case& a_case, Visit visit) {
  for (const Input& input : a_case.inputs)
    for (const TensorValue& tensor : input.tensors) visit(tensor);
}

using LayoutKey = std::tuple<LayoutKind, std::int64_t, std::int64_t, std::int64_t, std::int64_t,
                             std::vector<std::int64_t>, std::vector<std::int64_t>,
                             std::vector<std::int64_t>, std::vector<bool>, std::string>;

LayoutKey key_of(const Layout& layout) {
  std::int64_t inversions = 0;
  for (std::size_t i = 0; i < layout.order.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) inversions += layout.order[j] > layout.order[i] ? 1 : 0;
  std::int64_t steps = 0;
  for (const std::int64_t step : layout.step) steps += step - 1;
  std::int64_t skipped = 0;
  for (const std::int64_t start : layout.start) skipped += start;
  const auto expanded = std::count(layout.expanded.begin(), layout.expanded.end(), true);
  return {layout.kind,  inversions,  steps,        skipped,         expanded,
          layout.order, layout.step, layout.start, layout.expanded, layout.alias_of};
}

/// First how many keys are not the simplest one, then the keys in order.
template <class Key>
int compare_counted(const std::vector<Key>& a, const std::vector<Key>& b, const Key& simplest) {
  const auto others = [&](const std::vector<Key>& keys) {
    return static_cast<std::ptrdiff_t>(keys.size()) -
           std::count(keys.begin(), keys.end(), simplest);
  };
  const int counts = compare(others(a), others(b));
  return counts != 0 ? counts : compare(a, b);
}

int compare_layouts(const Case& a, const Case& b) {
  const auto keys = [](const Case& a_case) {
    std::vector<LayoutKey> all;
    for_each_tensor(a_case,
                    [&](const TensorValue& tensor) { all.push_back(key_of(tensor.layout)); });
    return all;
  };
  return compare_counted(keys(a), keys(b), key_of(Layout{}));
}

int compare_devices(const Case& a, const Case& b) {
  const auto keys = [](const Case& a_case) {
    std::vector<Device> all;
    for_each_tensor(a_case, [&](const TensorValue& tensor) { all.push_back(tensor.device); });
    return all;
  };
  return compare_counted(keys(a), keys(b), Device::cpu);
}

int compare_dtypes(const Case& a, const Case& b) {
  const auto keys = [](const Case& a_case) {
    std::vector<DType> all = {a_case.dtype};
    for_each_tensor(a_case,
                    [&](const TensorValue& tensor) { all.push_back(tensor.values.dtype()); });
    return all;
  };
  return compare(keys(a), keys(b));
}

int compare_weights(const Case& a, const Case& b) {
  const auto key = [](const Case& a_case) {
    const Weights& weights = a_case.weights;
    return std::tuple(weights.state.size(), weights.policy, weights.seed, a_case.seed);
  };
  return compare(key(a), key(b));
}

/// How two arrays of one shape and dtype compare in the last element in which they differ.
int compare_arrays(const Array& a, const Array& b) {
  const std::size_t size = element_size(a.dtype());
  for (std::int64_t i = a.numel(); i-- > 0;) {
    const std::size_t at = static_cast<std::size_t>(i) * size;
    if (std::memcmp(a.data() + at, b.data() + at, size) == 0) continue;
    const int order = compare_scalars(a.at(i), b.at(i));
    return order != 0 ? order : std::memcmp(a.data() + at, b.data() + at, size);
  }
  return 0;
}

int compare_values(const Case& a, const Case& b) {
  std::int64_t difference = 0;  // in elements that are not 0
  int order = 0;
  for (std::size_t i = 0; i < a.inputs.size(); ++i) {
    for (std::size_t j = 0; j < a.inputs[i].tensors.size(); ++j) {
      const Array& left = a.inputs[i].tensors[j].values;
      const Array& right = b.inputs[i].tensors[j].values;
      if (left == right) continue;
      difference += count_nonzero(left) - count_nonzero(right);
      if (order == 0) order = compare_arrays(left, right);
    }
  }
  return difference != 0 ? compare(difference, std::int64_t{0}) : order;
}

int compare_given_weights(const Case& a, const Case& b) {
  const auto key = [](const NamedArray& entry) {
    const Array& values = entry.values;
    return std::tuple(
        entry.name, values.dtype(), values.shape(),
        std::vector<std::byte>(values.data(), values.data() + values.size_in_bytes()));
  };
  for (std::size_t i = 0; i < a.weights.state.size(); ++i) {
    if (a.weights.state[i] == b.weights.state[i]) continue;
    return compare(key(a.weights.state[i]), key(b.weights.state[i]));
  }
  return 0;
}

bool is_smaller(const Case& a, const Case& b, const CompareParameters& parameters) {
  if (const int order = compare(not_at_simplest(a), not_at_simplest(b)); order != 0)
    return order < 0;
  if (const int order = compare(total_numel(a), total_numel(b)); order != 0) return order < 0;
  if (const int order = compare_dims(a, b); order != 0) return order < 0;
  if (const int order = compare_parameters(a, b, parameters); order != 0) return order < 0;
  for (const auto step : {compare_layouts, compare_devices, compare_dtypes, compare_weights,
                          compare_values, compare_given_weights}) {
    if (const int order = step(a, b); order != 0) return order < 0;
  }
  return false;
}

}  // namespace

bool is_smaller(const CaseSpace& space, const Case& a, const Case& b) {
  return is_smaller(
      a, b, [&](const std::string& name, const ParameterValue& left, const ParameterValue& right) {
        for (const auto& [declared, domain] : space.signature().parameters) {
          if (declared == name) return compare_in_domain(domain, left, right);
        }
        return compare_by_magnitude(left, right);
      });
}

bool is_smaller(const Case& a, const Case& b) {
  return is_smaller(
      a, b, [](const std::string&, const ParameterValue& left, const ParameterValue& right) {
        return compare_by_magnitude(left, right);
      });
}

}  // namespace gradgrind
