// Dense values of a case, without LibTorch.
//
// Layer 1, vocabulary. An Array is what a tensor of a case *says*: its logical values in row-major
// order, exact in their dtype. How it lies in memory is a Layout, applied when the case is run.
#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "gradgrind/generators/dtype.h"

namespace gradgrind {

/// Sizes of the dims of a tensor, outermost first. Empty for a scalar.
using Shape = std::vector<std::int64_t>;

/// Product of the sizes; 1 for a scalar.
std::int64_t numel(const Shape& shape);

/// "[2, 3]".
std::string to_string(const Shape& shape);

/// One element: integers and bool as int64_t, real floats as double (exact for all four dtypes),
/// complex as complex<double>.
using Scalar = std::variant<std::int64_t, double, std::complex<double>>;

/// Text that reads back to the same value: "3", "0.1", "nan", "-inf", "1+2i", "true". A float is
/// given the fewest digits that read back in `dtype`, and a whole number below 100,000 all of them.
std::string to_string(const Scalar& value, DType dtype);

/// Logical values of one tensor, dense and row-major, exact in their dtype. A plain value: copying
/// copies the elements.
class Array {
 public:
  /// An empty float32 array of shape [0].
  Array() = default;
  /// Zeros. Throws UsageError when a size is negative.
  Array(DType dtype, Shape shape);

  DType dtype() const { return dtype_; }
  const Shape& shape() const { return shape_; }
  std::int64_t rank() const { return static_cast<std::int64_t>(shape_.size()); }
  std::int64_t numel() const { return gradgrind::numel(shape_); }

  std::byte* data() { return bytes_.data(); }
  const std::byte* data() const { return bytes_.data(); }
  std::size_t size_in_bytes() const { return bytes_.size(); }

  /// The elements as T, whose size must be the dtype's: float for float32, std::uint16_t for the
  /// bits of float16 and bfloat16, std::uint8_t for boolean.
  template <class T>
  T* as() {
    return reinterpret_cast<T*>(bytes_.data());
  }
  template <class T>
  const T* as() const {
    return reinterpret_cast<const T*>(bytes_.data());
  }

  /// Element at row-major position `index`, 0 <= index < numel().
  Scalar at(std::int64_t index) const;
  /// Sets it, rounded to nearest even in a floating dtype, saturated in an integral one.
  void set(std::int64_t index, const Scalar& value);
  /// The element as a real number: its value, or its modulus when complex.
  double real_at(std::int64_t index) const;

  /// Same dtype, shape and bits (so NaN equals itself and -0 differs from 0).
  friend bool operator==(const Array& a, const Array& b) {
    return a.dtype_ == b.dtype_ && a.shape_ == b.shape_ && a.bytes_ == b.bytes_;
  }
  friend bool operator!=(const Array& a, const Array& b) { return !(a == b); }

 private:
  DType dtype_ = DType::float32;
  Shape shape_ = {0};
  std::vector<std::byte> bytes_;
};

/// The slices of `source` at `indices` of dim `dim`, in that order. O(result).
Array take(const Array& source, std::int64_t dim, const std::vector<std::int64_t>& indices);

/// `source` with each element rounded to `dtype`. Between real, integral and boolean dtypes by
/// value; to complex with a zero imaginary part; from complex by dropping it.
Array cast(const Array& source, DType dtype);

}  // namespace gradgrind
