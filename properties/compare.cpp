#include "properties/compare.h"

#include <cmath>

#include "gradgrind/generators/array.h"
#include "gradgrind/properties/materialise.h"

namespace gradgrind {
namespace {

at::Tensor as_real(const at::Tensor& tensor) {
  const at::Tensor dense = tensor.detach().resolve_conj().resolve_neg().cpu();
  return dense.is_complex() ? dense.to(at::kComplexDouble).contiguous()
                            : dense.to(at::kDouble).contiguous();
}

bool is_nan(double value) { return std::isnan(value); }

// Of two elements: 0 where they agree, infinite where only one is finite.
double distance(double a, double b) {
  if (a == b || (is_nan(a) && is_nan(b))) return 0;
  if (!std::isfinite(a) || !std::isfinite(b)) return INFINITY;
  return std::abs(a - b);
}

}  // namespace

bool same_bits(const at::Tensor& a, const at::Tensor& b) {
  if (a.scalar_type() != b.scalar_type() || a.sizes() != b.sizes()) return false;
  if (a.is_meta() || a.equal(b)) return true;
  if (!a.is_floating_point() && !a.is_complex()) return false;
  return worst_element(a, b).position < 0;
}

Worst worst_element(const at::Tensor& a, const at::Tensor& b) {
  Worst worst;
  const at::Tensor left = as_real(a);
  const at::Tensor right = as_real(b);
  const std::int64_t per_element = left.is_complex() ? 2 : 1;
  const std::int64_t count = left.numel() * per_element;
  const auto* x = static_cast<const double*>(left.data_ptr());
  const auto* y = static_cast<const double*>(right.data_ptr());
  for (std::int64_t i = 0; i < count; ++i) {
    const double difference = distance(x[i], y[i]);
    if (difference > worst.difference) worst = {i / per_element, difference};
  }
  return worst;
}

std::string index_text(const at::Tensor& tensor, std::int64_t position) {
  std::string text;
  for (std::int64_t dim = tensor.dim(); dim-- > 0;) {
    const std::int64_t size = tensor.size(dim);
    text = std::to_string(position % size) + (text.empty() ? "" : ", ") + text;
    position /= size;
  }
  return "[" + text + "]";
}

std::string element_text(const at::Tensor& tensor, std::int64_t position) {
  const at::Tensor element = tensor.detach().reshape({-1}).narrow(0, position, 1);
  const Array value = array_of(element);
  return to_string(value.at(0), value.dtype());
}

std::string worst_text(const std::string& name, const at::Tensor& a, const std::string& when_a,
                       const at::Tensor& b, const std::string& when_b) {
  const Worst worst = worst_element(a, b);
  if (worst.position < 0) return {};
  return name + index_text(a, worst.position) + " is " + element_text(a, worst.position) + " " +
         when_a + ", " + element_text(b, worst.position) + " " + when_b;
}

std::string structural_difference(const Outputs& expected, const Outputs& actual) {
  if (expected.count() != actual.count()) {
    return std::to_string(actual.count()) + " tensors come back instead of " +
           std::to_string(expected.count());
  }
  for (std::size_t i = 0; i < expected.count(); ++i) {
    const std::string which = expected.count() == 1 ? "the output" : "output " + std::to_string(i);
    const Shape wanted = expected[i].sizes().vec();
    const Shape got = actual[i].sizes().vec();
    if (wanted != got) {
      return which + " has shape " + to_string(got) + " instead of " + to_string(wanted);
    }
    if (expected[i].scalar_type() != actual[i].scalar_type()) {
      return which + " is " + std::string(name(dtype_of(actual[i].scalar_type()))) +
             " instead of " + std::string(name(dtype_of(expected[i].scalar_type())));
    }
  }
  return {};
}

std::int64_t first_non_finite(const at::Tensor& tensor) {
  if (!tensor.is_floating_point() && !tensor.is_complex()) return -1;
  const at::Tensor values = tensor.detach();
  // A sum of finite values that overflows only costs the slow path.
  if (!values.is_complex() && std::isfinite(values.sum(at::kDouble).item<double>())) return -1;
  const at::Tensor real = as_real(values);
  const std::int64_t per_element = real.is_complex() ? 2 : 1;
  const auto* elements = static_cast<const double*>(real.data_ptr());
  for (std::int64_t i = 0; i < real.numel() * per_element; ++i) {
    if (!std::isfinite(elements[i])) return i / per_element;
  }
  return -1;
}

}  // namespace gradgrind
