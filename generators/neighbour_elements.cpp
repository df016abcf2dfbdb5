// Single elements of a case, changed.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "generators/neighbour_changes.h"

namespace gradgrind::detail {
namespace {

/// Elements of an input that are changed singly at most.
constexpr std::int64_t kMostElements = 64;

/// "[1, 0]" for a position in row-major order, nothing for a scalar.
std::string index_text(const Shape& shape, std::int64_t position) {
  std::vector<std::int64_t> index(shape.size());
  for (std::size_t axis = shape.size(); axis-- > 0;) {
    index[axis] = position % shape[axis];
    position /= shape[axis];
  }
  return index.empty() ? "" : fmt::format("[{}]", fmt::join(index, ", "));
}

/// One step towards 0: the next integer, half of a fraction, 1 for what is not finite.
double one_step_from(double value) {
  if (!std::isfinite(value)) return 1;
  if (value != std::trunc(value)) return value / 2;
  return value > 0 ? value - 1 : value + 1;
}

Scalar scalar(DType dtype, double value) {
  if (is_complex(dtype)) return std::complex<double>(value);
  if (is_floating(dtype)) return value;
  return static_cast<std::int64_t>(value);
}

class Elements {
 public:
  Elements(const CaseSpace& space, const Case& failing, std::size_t input)
      : space_(space), input_(input), tensor_(failing.inputs[input].tensors.front()) {}

  /// One step each, then to 0, then from 0 to 1; of all these the smallest first.
  std::vector<Change> changes() const {
    std::vector<Sized> all;
    const Array& values = tensor_.values;
    const auto add = [&](bool from_zero, const auto& wanted) {
      for (std::int64_t i = 0; i < values.numel(); ++i) {
        const double value = values.real_at(i);
        if ((value == 0) == from_zero) all.push_back(set(i, value, wanted(value)));
      }
    };
    add(false, one_step_from);
    add(false, [](double) { return 0.0; });
    add(true, [](double) { return 1.0; });
    std::stable_sort(all.begin(), all.end(),
                     [](const Sized& a, const Sized& b) { return a.magnitude < b.magnitude; });
    std::vector<Change> changes;
    for (Sized& sized : all) changes.push_back(std::move(sized.change));
    return changes;
  }

 private:
  struct Sized {
    double magnitude;
    Change change;
  };

  Sized set(std::int64_t position, double old, double value) const {
    const Scalar wanted = scalar(tensor_.values.dtype(), value);
    const auto apply = [this_space = &space_, input = input_, position,
                        wanted](const Case& before) {
      Array values = before.inputs[input].tensors.front().values;
      values.set(position, wanted);
      return with_values(*this_space, before, input, values);
    };
    const double magnitude = std::isfinite(old) ? std::abs(old - value) : INFINITY;
    return {magnitude,
            {element_change_text(space_.signature().inputs[input_].first, tensor_.values, position,
                                 wanted),
             apply}};
  }

  const CaseSpace& space_;
  std::size_t input_;
  const TensorValue& tensor_;
};

}  // namespace

std::vector<Change> element_changes(const CaseSpace& space, const Case& failing,
                                    std::size_t input) {
  const std::vector<TensorValue>& tensors = failing.inputs[input].tensors;
  if (tensors.size() != 1 || tensors.front().values.numel() > kMostElements) return {};
  return Elements(space, failing, input).changes();
}

std::string element_change_text(const std::string& name, const Array& before, std::int64_t position,
                                const Scalar& wanted) {
  const DType dtype = before.dtype();
  return fmt::format("{}{} = {} in place of {}", name, index_text(before.shape(), position),
                     to_string(wanted, dtype), to_string(before.at(position), dtype));
}

}  // namespace gradgrind::detail
