// The element types that a case may hold.
//
// Layer 1, vocabulary.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace gradgrind {

/// Element type of a tensor. The order is the order of simplicity that shrinking follows: a float
/// case shrinks towards float32, an integer case towards int64.
enum class DType : std::uint8_t {
  float32,
  float64,
  bfloat16,
  float16,
  complex64,
  complex128,
  int64,
  int32,
  int16,
  int8,
  uint8,
  boolean,
};

/// "float32", "bool", ...: the names that Python users know.
std::string_view name(DType dtype);

/// The dtype of that name. Throws UsageError for a name that is none, listing the known ones.
DType dtype_named(std::string_view name);

/// Bytes an element takes: 1 to 16.
std::size_t element_size(DType dtype);

bool is_floating(DType dtype);  ///< float16, bfloat16, float32, float64.
bool is_complex(DType dtype);   ///< complex64, complex128.
bool is_integral(DType dtype);  ///< Every integer dtype, without boolean.

/// float32 and float64: what every kernel of LibTorch takes. The default of a contract.
const std::vector<DType>& common_floats();
/// All four real floating dtypes.
const std::vector<DType>& all_floats();
/// complex64 and complex128.
const std::vector<DType>& all_complex();
/// uint8, int8, int16, int32, int64.
const std::vector<DType>& all_integers();

/// Largest finite value of a floating dtype, or of the real part of a complex one.
double largest_finite(DType dtype);
/// Smallest positive normal value.
double smallest_normal(DType dtype);
/// Smallest positive subnormal value.
double smallest_subnormal(DType dtype);
/// Distance from 1 to the next larger value: 2^-23 for float32.
double epsilon(DType dtype);
/// Smallest and largest value of an integral dtype, or 0 and 1 for boolean.
std::int64_t lowest_integer(DType dtype);
std::int64_t highest_integer(DType dtype);

}  // namespace gradgrind
