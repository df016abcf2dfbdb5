// Scalar parameters of a subject: rates, counts, switches.
//
// Layer 1, vocabulary.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gradgrind/generators/source.h"

namespace gradgrind {

/// A value of any type that came from a generator of the user's, kept with what is needed to make
/// it again.
struct OpaqueValue {
  std::shared_ptr<const void> value;
  std::string type;                 ///< Name of the C++ type; guards the cast back.
  std::string text;                 ///< How it prints.
  std::uint64_t seed = 0;           ///< The generator's input.
  std::vector<std::uint32_t> path;  ///< Which shrink was taken at each step from there.

  friend bool operator==(const OpaqueValue& a, const OpaqueValue& b) {
    return a.type == b.type && a.text == b.text && a.seed == b.seed && a.path == b.path;
  }
  friend bool operator!=(const OpaqueValue& a, const OpaqueValue& b) { return !(a == b); }
};

/// The value of one parameter in one case.
using ParameterValue = std::variant<bool, std::int64_t, double, std::string, OpaqueValue>;

/// "true", "3", "0.5", "\"relu\"", or the text of an opaque value.
std::string to_string(const ParameterValue& value);

/// The set of values that a parameter may take. Building one never throws: an impossible one has
/// no `draw` and says why in its text, and the CaseSpace that is made of it lists that.
struct ParameterDomain {
  std::string text;  ///< "0 to 0.5", for reports.
  /// Draws a value. `name` is the facet's.
  std::function<ParameterValue(std::string_view name, Source&)> draw;
  /// Values of the domain that are simpler than this one, simplest first; finitely many.
  std::function<std::vector<ParameterValue>(const ParameterValue&)> simpler;
  /// Whether a value is one of the domain's; absent: every value counts as one.
  std::function<bool(const ParameterValue&)> contains;
  /// Makes an opaque value again from seed and path; absent for the plain kinds.
  std::function<ParameterValue(std::uint64_t seed, const std::vector<std::uint32_t>& path)> restore;
};

/// lowest .. highest, both inclusive. The nearer to 0 the simpler; within 2^-20 of the range, the
/// fewer digits the simpler. Shrinks by bisection, so a threshold is found to within 2^-20 of the
/// range, and exactly where it is a short decimal.
ParameterDomain real(double lowest, double highest);
/// lowest .. highest, both inclusive.
ParameterDomain integer(std::int64_t lowest, std::int64_t highest);
/// One of the options; the first is the simplest.
ParameterDomain choice(std::vector<std::string> options);
/// false or true.
ParameterDomain flag();

}  // namespace gradgrind
