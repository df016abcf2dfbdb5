#include "generators/cpp_literals.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <complex>
#include <limits>

namespace gradgrind::detail {
namespace {

/// Characters of one string literal; longer strings continue in the next.
constexpr std::size_t kStringPiece = 60;
/// Largest magnitude up to which every integer is a double.
constexpr std::int64_t kExactInteger = std::int64_t{1} << 53;

std::string escaped(char character) {
  if (character == '\n') return "\\n";
  // A question mark may start a trigraph.
  if (character == '"' || character == '\\' || character == '?') return {'\\', character};
  const auto byte = static_cast<unsigned char>(character);
  // Octal escapes end after three digits; hexadecimal ones take in what follows.
  if (byte < 0x20 || byte >= 0x7f) return fmt::format("\\{:03o}", byte);
  return {character};
}

DType real_part_of(DType dtype) {
  if (dtype == DType::complex64) return DType::float32;
  return dtype == DType::complex128 ? DType::float64 : dtype;
}

/// The digits of a finite value: the fewest that give it back in `dtype` when read as a double and
/// then rounded. Rounding twice may go wrong where rounding once would not.
std::string digits_of(double value, DType dtype) {
  const std::string text = to_string(Scalar(value), dtype);
  double read = 0;
  std::from_chars(text.data(), text.data() + text.size(), read);
  Array rounded(dtype, {});
  rounded.set(0, read);
  if (std::get<double>(rounded.at(0)) == value) return text;
  return to_string(Scalar(value), DType::float64);
}

/// A constant expression that converts to exactly this double.
std::string real_literal(double value, DType dtype) {
  const char* const sign = std::signbit(value) ? "-" : "";
  if (std::isnan(value)) return fmt::format("{}kNaN", sign);
  if (std::isinf(value)) return fmt::format("{}kInf", sign);
  std::string text = digits_of(value, real_part_of(dtype));
  const bool is_integer_literal = text.find_first_of(".e") == std::string::npos;
  // An integer has no -0, and beyond 2^53 the compiler refuses to make it a double.
  const bool needs_point = value == 0 ? std::signbit(value) : text.size() > 15;
  return is_integer_literal && needs_point ? text + ".0" : text;
}

std::string values_literal(const Array& array) {
  bool needs_scalars = is_complex(array.dtype());
  std::vector<Scalar> values;
  for (std::int64_t i = 0; i < array.numel(); ++i) {
    values.push_back(array.at(i));
    const auto* integer = std::get_if<std::int64_t>(&values.back());
    if (integer && (*integer > kExactInteger || *integer < -kExactInteger)) needs_scalars = true;
  }
  const auto print = [&](const Scalar& value) -> std::string {
    if (const auto* real = std::get_if<double>(&value)) return real_literal(*real, array.dtype());
    if (const auto* complex = std::get_if<std::complex<double>>(&value)) {
      return fmt::format("std::complex<double>({},{}{})",
                         real_literal(complex->real(), array.dtype()), kBreak,
                         real_literal(complex->imag(), array.dtype()));
    }
    if (array.dtype() == DType::boolean) return to_string(value, array.dtype());
    return integer_literal(std::get<std::int64_t>(value));
  };
  return (needs_scalars ? "std::vector<gg::Scalar>" : "") + listed(values, print);
}

struct ParameterLiteral {
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::int64_t value) const {
    return fmt::format("std::int64_t{{{}}}", integer_literal(value));
  }
  std::string operator()(double value) const {
    std::string text = real_literal(value, DType::float64);
    const bool is_integer_literal = text.find_first_not_of("-0123456789") == std::string::npos;
    return is_integer_literal ? text + ".0" : text;
  }
  std::string operator()(const std::string& value) const {
    const std::string literal = string_literal(value);
    return literal.front() == '"' ? fmt::format("std::string({})", literal) : literal;
  }
  std::string operator()(const OpaqueValue& value) const {
    const std::vector<std::int64_t> path(value.path.begin(), value.path.end());
    return fmt::format("gg::OpaqueValue{{nullptr,{4}{0},{4}{1},{4}{2},{4}{3}}}",
                       string_literal(value.type), string_literal(value.text),
                       seed_literal(value.seed), list_literal(path), kBreak);
  }
};

}  // namespace

std::string string_literal(const std::string& text) {
  std::string result = "\"";
  std::size_t piece = 0;
  for (const char character : text) {
    const std::string shown = escaped(character);
    if (piece + shown.size() > kStringPiece) {
      result += fmt::format("\"{}\"", kBreak);
      piece = 0;
    }
    result += shown;
    piece += shown.size();
  }
  result += '"';
  if (text.find('\0') == std::string::npos) return result;
  return fmt::format("std::string({},{}{})", result, kBreak, text.size());
}

std::string integer_literal(std::int64_t value) {
  if (value == std::numeric_limits<std::int64_t>::min()) {
    return "std::numeric_limits<std::int64_t>::min()";
  }
  return std::to_string(value);
}

std::string seed_literal(std::uint64_t value) {
  const bool is_signed = value <= std::numeric_limits<std::int64_t>::max();
  return std::to_string(value) + (is_signed ? "" : "u");
}

std::string list_literal(const std::vector<std::int64_t>& values) {
  return listed(values, integer_literal);
}

std::string dtype_literal(DType dtype) {
  return fmt::format("gg::DType::{}", dtype == DType::boolean ? "boolean" : name(dtype));
}

std::string array_literal(const Array& array) {
  return fmt::format("gg::array({0},{3}{1},{3}{2})", dtype_literal(array.dtype()),
                     list_literal(array.shape()), values_literal(array), kBreak);
}

std::string parameter_literal(const ParameterValue& value) {
  return std::visit(ParameterLiteral{}, value);
}

}  // namespace gradgrind::detail
