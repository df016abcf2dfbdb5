#include "gradgrind/generators/array.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <new>

#include "generators/storage.h"
#include "gradgrind/generators/error.h"

namespace gradgrind {
namespace {

/// Bytes of an array, after checks that its sizes are possible.
std::size_t checked_size(DType dtype, const Shape& shape) {
  const bool is_empty = std::find(shape.begin(), shape.end(), 0) != shape.end();
  std::int64_t bytes = static_cast<std::int64_t>(element_size(dtype));
  for (const std::int64_t size : shape) {
    if (size < 0)
      throw UsageError("Array(): shape " + to_string(shape) + " has the size " +
                       std::to_string(size) + "; sizes are at least 0.");
    if (is_empty) continue;
    if (bytes > std::numeric_limits<std::int64_t>::max() / size)
      throw UsageError("Array(): shape " + to_string(shape) + " of " + std::string(name(dtype)) +
                       " takes more than 2^63 bytes; give smaller sizes.");
    bytes *= size;
  }
  return is_empty ? 0 : static_cast<std::size_t>(bytes);
}

void check_index(const char* function, const Array& array, std::int64_t index) {
  if (index >= 0 && index < array.numel()) return;
  throw UsageError("Array::" + std::string(function) + "(): index " + std::to_string(index) +
                   " of an array of shape " + to_string(array.shape()) + "; give 0 <= index < " +
                   std::to_string(array.numel()) + ".");
}

template <class Float>
std::string shortest(Float value) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  return std::string(text, end);
}

/// Whole numbers below this have all their digits written.
constexpr double kWrittenOut = 100000;

/// The fewest digits that read back to `value` in the 16-bit float T.
template <class T>
std::string shortest_in(double value) {
  constexpr int kEnough = 5;  // digits that tell any two values of 11 significant bits apart
  if (std::abs(value) < kWrittenOut && value == std::trunc(value)) return shortest(value);
  for (int digits = 0; digits < kEnough; ++digits) {
    char text[32];
    const auto end =
        std::to_chars(text, text + sizeof text, value, std::chars_format::scientific, digits).ptr;
    double rounded = 0;
    std::from_chars(text, end, rounded);
    if (detail::from_real<T>(rounded).x == detail::from_real<T>(value).x) return shortest(rounded);
  }
  return shortest(value);
}

std::string float_text(double value, DType dtype) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  switch (dtype) {
    case DType::float32:
    case DType::complex64:
      return shortest(static_cast<float>(value));
    case DType::bfloat16:
      return shortest_in<c10::BFloat16>(value);
    case DType::float16:
      return shortest_in<c10::Half>(value);
    default:
      return shortest(value);
  }
}

}  // namespace

std::int64_t numel(const Shape& shape) {
  // An empty array may have other sizes whose product overflows.
  if (std::find(shape.begin(), shape.end(), 0) != shape.end()) return 0;
  std::int64_t product = 1;
  for (const std::int64_t size : shape) product *= size;
  return product;
}

std::string to_string(const Shape& shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (i > 0) text += ", ";
    text += std::to_string(shape[i]);
  }
  return text + "]";
}

std::string to_string(const Scalar& value, DType dtype) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    if (dtype == DType::boolean) return *integer != 0 ? "true" : "false";
    return std::to_string(*integer);
  }
  if (const auto* real = std::get_if<double>(&value)) return float_text(*real, dtype);
  const auto& complex = std::get<std::complex<double>>(value);
  const std::string imaginary = float_text(complex.imag(), dtype);
  return float_text(complex.real(), dtype) + (imaginary[0] == '-' ? "" : "+") + imaginary + "i";
}

Array::Array(DType dtype, Shape shape) : dtype_(dtype), shape_(std::move(shape)) {
  const std::size_t size = checked_size(dtype_, shape_);
  try {
    bytes_ = decltype(bytes_)(size);
  } catch (const std::bad_alloc&) {
    throw UsageError("Array(): shape " + to_string(shape_) + " of " + std::string(name(dtype_)) +
                     " takes " + std::to_string(size) +
                     " bytes, which are not to be had; give smaller sizes.");
  }
}

Scalar Array::at(std::int64_t index) const {
  check_index("at", *this, index);
  return detail::with_type(dtype_, [&](auto type) -> Scalar {
    using T = typename decltype(type)::type;
    const T value = as<T>()[index];
    if constexpr (detail::is_complex_type<T>) {
      return std::complex<double>(value);
    } else if constexpr (detail::is_float_type<T>) {
      return detail::to_real(value);
    } else {
      return detail::to_integer(value);
    }
  });
}

void Array::set(std::int64_t index, const Scalar& value) {
  check_index("set", *this, index);
  detail::with_type(dtype_, [&](auto type) {
    using T = typename decltype(type)::type;
    T& element = as<T>()[index];
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      element = detail::from_integer<T>(*integer);
    } else if (const auto* real = std::get_if<double>(&value)) {
      element = detail::from_real<T>(*real);
    } else if constexpr (detail::is_complex_type<T>) {
      element = static_cast<T>(std::get<std::complex<double>>(value));
    } else {
      element = detail::from_real<T>(std::get<std::complex<double>>(value).real());
    }
  });
}

double Array::real_at(std::int64_t index) const {
  check_index("real_at", *this, index);
  return detail::with_type(dtype_, [&](auto type) -> double {
    using T = typename decltype(type)::type;
    const T value = as<T>()[index];
    if constexpr (detail::is_complex_type<T>) {
      return std::abs(std::complex<double>(value));
    } else {
      return detail::to_real(value);
    }
  });
}

Array take(const Array& source, std::int64_t dim, const std::vector<std::int64_t>& indices) {
  if (dim < 0 || dim >= source.rank())
    throw UsageError("take(): dim " + std::to_string(dim) + " of an array of shape " +
                     to_string(source.shape()) + "; give 0 <= dim < " +
                     std::to_string(source.rank()) + ".");
  const auto axis = static_cast<std::size_t>(dim);
  const std::int64_t size = source.shape()[axis];
  for (const std::int64_t index : indices) {
    if (index < 0 || index >= size)
      throw UsageError("take(): index " + std::to_string(index) + " of dim " + std::to_string(dim) +
                       " of an array of shape " + to_string(source.shape()) +
                       "; give 0 <= index < " + std::to_string(size) + ".");
  }
  Shape shape = source.shape();
  shape[axis] = static_cast<std::int64_t>(indices.size());
  Array result(source.dtype(), shape);
  if (result.size_in_bytes() == 0) return result;
  std::size_t slice = element_size(source.dtype());
  for (std::size_t i = axis + 1; i < shape.size(); ++i) slice *= static_cast<std::size_t>(shape[i]);
  std::byte* to = result.data();
  for (const std::byte* block = source.data(); block != source.data() + source.size_in_bytes();
       block += slice * static_cast<std::size_t>(size)) {
    for (const std::int64_t index : indices) {
      std::memcpy(to, block + slice * static_cast<std::size_t>(index), slice);
      to += slice;
    }
  }
  return result;
}

Array cast(const Array& source, DType dtype) {
  if (source.dtype() == dtype) return source;
  Array result(dtype, source.shape());
  const std::int64_t count = source.numel();
  for (std::int64_t i = 0; i < count; ++i) result.set(i, source.at(i));
  return result;
}

}  // namespace gradgrind
