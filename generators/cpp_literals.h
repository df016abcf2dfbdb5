// C++ expressions for the values of a case.
//
// Layer 2, generators. Between the words of an expression stands kBreak, where a line may end; no
// literal contains it, since strings are escaped.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gradgrind/generators/array.h"
#include "gradgrind/generators/parameter.h"

namespace gradgrind::detail {

constexpr char kBreak = '\n';

/// Converts to a std::string of the same bytes.
std::string string_literal(const std::string& text);
std::string integer_literal(std::int64_t value);
std::string seed_literal(std::uint64_t value);
/// "{2, 1}".
std::string list_literal(const std::vector<std::int64_t>& values);
/// "gg::DType::float32".
std::string dtype_literal(DType dtype);
/// A call of gg::array(). Infinity is called kInf and NaN, which loses its payload, kNaN.
std::string array_literal(const Array& array);
std::string parameter_literal(const ParameterValue& value);

/// "{a, b}", each item as `print` gives it.
template <class Items, class Print>
std::string listed(const Items& items, Print print) {
  std::string text;
  for (const auto& item : items) {
    if (!text.empty()) text.append({',', kBreak});
    text += print(item);
  }
  return "{" + text + "}";
}

}  // namespace gradgrind::detail
