// What the parts of mismatch() share. Internal.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "generators/parsed_signature.h"

namespace gradgrind::detail {

template <class Element>
bool contains(const std::vector<Element>& elements, const Element& element) {
  return std::find(elements.begin(), elements.end(), element) != elements.end();
}

/// "float32, float64".
template <class Enum>
std::string listed(const std::vector<Enum>& elements) {
  std::string text;
  for (const Enum element : elements)
    text += (text.empty() ? "" : ", ") + std::string(name(element));
  return text;
}

/// " with B=2, T=4", for the dims that a text uses, or nothing where it uses none.
std::string bindings(const Dims& dims, const std::vector<std::string>& names);

/// Why the dtypes, shapes or layouts of input `place` of a case with the right dims and inputs are
/// not of the space, or empty.
std::string input_mismatch(const ParsedSignature& space, std::size_t place, const Case& a_case);

}  // namespace gradgrind::detail
