// Single elements of a case, changed.
#include <fmt/format.h>

#include <cmath>
#include <iterator>
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

  std::vector<Change> changes() const {
    std::vector<Change> nearest;
    std::vector<Change> zeroed;
    std::vector<Change> raised;
    const Array& values = tensor_.values;
    for (std::int64_t i = 0; i < values.numel(); ++i) {
      const double value = values.real_at(i);
      if (value == 0) {
        raised.push_back(set(i, 1));
        continue;
      }
      nearest.push_back(set(i, one_step_from(value)));
      zeroed.push_back(set(i, 0));
    }
    for (std::vector<Change>* more : {&zeroed, &raised})
      std::move(more->begin(), more->end(), std::back_inserter(nearest));
    return nearest;
  }

 private:
  Change set(std::int64_t position, double value) const {
    const DType dtype = tensor_.values.dtype();
    const Scalar wanted = scalar(dtype, value);
    const auto apply = [this_space = &space_, input = input_, position,
                        wanted](const Case& before) -> std::optional<Case> {
      Case after = before;
      Array& values = after.inputs[input].tensors.front().values;
      values.set(position, wanted);
      const Array edited = values;
      this_space->repair(after);
      // What the domain or the layout made of it is more than a change of one element.
      const bool stayed = after.inputs[input].tensors.front().values == edited;
      const bool is_legal = stayed && this_space->mismatch(after).empty();
      return is_legal ? std::optional<Case>(after) : std::nullopt;
    };
    const Scalar old = tensor_.values.at(position);
    return {fmt::format("{}{} = {} in place of {}", space_.signature().inputs[input_].first,
                        index_text(tensor_.values.shape(), position), to_string(wanted, dtype),
                        to_string(old, dtype)),
            apply};
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

}  // namespace gradgrind::detail
