#include "gradgrind/generators/dtype.h"

#include <array>
#include <cmath>
#include <limits>
#include <string>

#include "gradgrind/generators/error.h"

namespace gradgrind {
namespace {

struct Traits {
  DType dtype;
  std::string_view name;
  std::size_t size;
};

constexpr std::array<Traits, 12> kTraits = {{
    {DType::float32, "float32", 4},
    {DType::float64, "float64", 8},
    {DType::bfloat16, "bfloat16", 2},
    {DType::float16, "float16", 2},
    {DType::complex64, "complex64", 8},
    {DType::complex128, "complex128", 16},
    {DType::int64, "int64", 8},
    {DType::int32, "int32", 4},
    {DType::int16, "int16", 2},
    {DType::int8, "int8", 1},
    {DType::uint8, "uint8", 1},
    {DType::boolean, "bool", 1},
}};

const Traits& traits(DType dtype) {
  for (const Traits& entry : kTraits) {
    if (entry.dtype == dtype) return entry;
  }
  throw InternalError("no dtype has the number " + std::to_string(static_cast<int>(dtype)));
}

/// What an IEEE 754 binary format is made of.
struct Format {
  int precision;         // significant bits, the hidden one included
  int largest_exponent;  // of the largest finite value, which lies in [2^e, 2^(e+1))
};

Format format(const char* function, DType dtype) {
  switch (dtype) {
    case DType::float32:
    case DType::complex64:
      return {24, 127};
    case DType::float64:
    case DType::complex128:
      return {53, 1023};
    case DType::bfloat16:
      return {8, 127};
    case DType::float16:
      return {11, 15};
    default:
      throw UsageError(std::string(function) + "(): dtype " + std::string(name(dtype)) +
                       " is not floating; give a floating or complex dtype.");
  }
}

template <class Bound>
std::int64_t integer_bound(const char* function, DType dtype, Bound bound) {
  switch (dtype) {
    case DType::int64:
      return bound(std::int64_t{});
    case DType::int32:
      return bound(std::int32_t{});
    case DType::int16:
      return bound(std::int16_t{});
    case DType::int8:
      return bound(std::int8_t{});
    case DType::uint8:
      return bound(std::uint8_t{});
    case DType::boolean:
      return bound(bool{});
    default:
      throw UsageError(std::string(function) + "(): dtype " + std::string(name(dtype)) +
                       " is neither integral nor bool; give one of those.");
  }
}

}  // namespace

std::string_view name(DType dtype) { return traits(dtype).name; }

DType dtype_named(std::string_view name) {
  std::vector<std::string> known;
  for (const Traits& entry : kTraits) {
    if (entry.name == name) return entry.dtype;
    known.emplace_back(entry.name);
  }
  throw UsageError("dtype_named(): " + unknown_name("dtype", std::string(name), known));
}

std::size_t element_size(DType dtype) { return traits(dtype).size; }

bool is_floating(DType dtype) {
  return dtype == DType::float16 || dtype == DType::bfloat16 || dtype == DType::float32 ||
         dtype == DType::float64;
}

bool is_complex(DType dtype) { return dtype == DType::complex64 || dtype == DType::complex128; }

bool is_integral(DType dtype) {
  return !is_floating(dtype) && !is_complex(dtype) && dtype != DType::boolean;
}

const std::vector<DType>& common_floats() {
  static const std::vector<DType> set = {DType::float32, DType::float64};
  return set;
}

const std::vector<DType>& all_floats() {
  static const std::vector<DType> set = {DType::float32, DType::float64, DType::bfloat16,
                                         DType::float16};
  return set;
}

const std::vector<DType>& all_complex() {
  static const std::vector<DType> set = {DType::complex64, DType::complex128};
  return set;
}

const std::vector<DType>& all_integers() {
  static const std::vector<DType> set = {DType::int64, DType::int32, DType::int16, DType::int8,
                                         DType::uint8};
  return set;
}

double largest_finite(DType dtype) {
  const Format f = format("largest_finite", dtype);
  return std::ldexp(2 - std::ldexp(1.0, 1 - f.precision), f.largest_exponent);
}

double smallest_normal(DType dtype) {
  return std::ldexp(1.0, 1 - format("smallest_normal", dtype).largest_exponent);
}

double smallest_subnormal(DType dtype) {
  const Format f = format("smallest_subnormal", dtype);
  return std::ldexp(1.0, 2 - f.largest_exponent - f.precision);
}

double epsilon(DType dtype) { return std::ldexp(1.0, 1 - format("epsilon", dtype).precision); }

std::int64_t lowest_integer(DType dtype) {
  return integer_bound("lowest_integer", dtype, [](auto zero) {
    return static_cast<std::int64_t>(std::numeric_limits<decltype(zero)>::min());
  });
}

std::int64_t highest_integer(DType dtype) {
  return integer_bound("highest_integer", dtype, [](auto zero) {
    return static_cast<std::int64_t>(std::numeric_limits<decltype(zero)>::max());
  });
}

}  // namespace gradgrind
