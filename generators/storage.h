// The C++ types behind the dtypes, and exact conversions between them. Internal.
#pragma once

#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>

#include <cmath>
#include <complex>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>

#include "gradgrind/generators/dtype.h"
#include "gradgrind/generators/error.h"

namespace gradgrind::detail {

/// A boolean as it lies in memory; any byte but 0 is true.
struct Boolean {
  std::uint8_t byte;
};

template <class T>
struct Type {
  using type = T;
};

/// Calls `visitor` with Type<T>, T the type that elements of `dtype` are stored as.
template <class Visitor>
decltype(auto) with_type(DType dtype, Visitor&& visitor) {
  switch (dtype) {
    case DType::float32:
      return visitor(Type<float>{});
    case DType::float64:
      return visitor(Type<double>{});
    case DType::bfloat16:
      return visitor(Type<c10::BFloat16>{});
    case DType::float16:
      return visitor(Type<c10::Half>{});
    case DType::complex64:
      return visitor(Type<std::complex<float>>{});
    case DType::complex128:
      return visitor(Type<std::complex<double>>{});
    case DType::int64:
      return visitor(Type<std::int64_t>{});
    case DType::int32:
      return visitor(Type<std::int32_t>{});
    case DType::int16:
      return visitor(Type<std::int16_t>{});
    case DType::int8:
      return visitor(Type<std::int8_t>{});
    case DType::uint8:
      return visitor(Type<std::uint8_t>{});
    case DType::boolean:
      return visitor(Type<Boolean>{});
  }
  throw InternalError("no dtype has the number " + std::to_string(static_cast<int>(dtype)));
}

template <class T>
inline constexpr bool is_complex_type =
    std::is_same_v<T, std::complex<float>> || std::is_same_v<T, std::complex<double>>;
template <class T>
inline constexpr bool is_float_type =
    std::is_floating_point_v<T> || std::is_same_v<T, c10::Half> || std::is_same_v<T, c10::BFloat16>;

/// `value` as a float, rounded to odd: an inexact result has its last bit set. Rounding that to
/// nearest in a format of at most 22 bits is the same as rounding `value` itself there, which two
/// roundings to nearest are not.
inline float to_odd_float(double value) {
  float nearest = static_cast<float>(value);
  const double back = static_cast<double>(nearest);
  if (back == value || std::isnan(value)) return nearest;
  std::uint32_t bits;
  std::memcpy(&bits, &nearest, sizeof bits);
  if (std::abs(back) > std::abs(value)) --bits;
  bits |= 1;
  std::memcpy(&nearest, &bits, sizeof bits);
  return nearest;
}

/// `value` as a double, rounded to odd beyond 53 bits.
inline double to_odd_double(std::int64_t value) {
  constexpr std::int64_t kExact = std::int64_t{1} << 53;
  if (value >= -kExact && value <= kExact) return static_cast<double>(value);
  constexpr int kDropped = 11;
  const std::int64_t rest = value & ((std::int64_t{1} << kDropped) - 1);
  const std::int64_t floor = value >> kDropped;
  return std::ldexp(static_cast<double>(rest == 0 ? floor : floor | 1), kDropped);
}

/// `value` rounded to nearest even in T, or for an integral T to the nearest integer, saturated;
/// NaN becomes 0 there. A boolean is whether the value differs from 0.
template <class T>
T from_real(double value) {
  if constexpr (std::is_floating_point_v<T>) {
    return static_cast<T>(value);
  } else if constexpr (is_float_type<T>) {
    return T(to_odd_float(value));
  } else if constexpr (is_complex_type<T>) {
    return T(static_cast<typename T::value_type>(value), 0);
  } else if constexpr (std::is_same_v<T, Boolean>) {
    return {static_cast<std::uint8_t>(value != 0)};
  } else {
    if (std::isnan(value)) return 0;
    const double rounded = std::nearbyint(value);
    // The largest int64_t is no double; the next one above is, and is the first to saturate.
    if (rounded >= static_cast<double>(std::numeric_limits<T>::max()))
      return std::numeric_limits<T>::max();
    if (rounded <= static_cast<double>(std::numeric_limits<T>::min()))
      return std::numeric_limits<T>::min();
    return static_cast<T>(rounded);
  }
}

/// Likewise, with a single rounding for integers that no double holds.
template <class T>
T from_integer(std::int64_t value) {
  if constexpr (std::is_floating_point_v<T>) {
    return static_cast<T>(value);
  } else if constexpr (is_float_type<T>) {
    return from_real<T>(to_odd_double(value));
  } else if constexpr (is_complex_type<T>) {
    return T(static_cast<typename T::value_type>(value), 0);
  } else if constexpr (std::is_same_v<T, Boolean>) {
    return {static_cast<std::uint8_t>(value != 0)};
  } else {
    if (value < static_cast<std::int64_t>(std::numeric_limits<T>::min()))
      return std::numeric_limits<T>::min();
    if (value > static_cast<std::int64_t>(std::numeric_limits<T>::max()))
      return std::numeric_limits<T>::max();
    return static_cast<T>(value);
  }
}

/// The value of an element, or its real part; exact but for int64_t beyond 2^53.
template <class T>
double to_real(T value) {
  if constexpr (std::is_same_v<T, Boolean>) {
    return value.byte != 0 ? 1 : 0;
  } else if constexpr (is_complex_type<T>) {
    return static_cast<double>(value.real());
  } else if constexpr (is_float_type<T> && !std::is_floating_point_v<T>) {
    return static_cast<double>(static_cast<float>(value));
  } else {
    return static_cast<double>(value);
  }
}

/// The value of an integral or boolean element.
template <class T>
std::int64_t to_integer(T value) {
  if constexpr (std::is_same_v<T, Boolean>) {
    return value.byte != 0 ? 1 : 0;
  } else {
    return static_cast<std::int64_t>(value);
  }
}

}  // namespace gradgrind::detail
