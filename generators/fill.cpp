#include "generators/fill.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "generators/backgrounds.h"
#include "generators/spikes.h"
#include "gradgrind/generators/error.h"

namespace gradgrind::detail {
namespace {

/// Largest magnitude of ordinary values. Every floating dtype holds it.
constexpr double kOrdinary = 1000;

constexpr std::pair<std::string_view, Spike> kSpikes[] = {
    {"huge", Spike::huge},     {"tiny", Spike::tiny},
    {"nan", Spike::nan},       {"infinity", Spike::infinity},
    {"max", Spike::max},       {"negative_zero", Spike::negative_zero},
    {"lowest", Spike::lowest}, {"subnormal", Spike::subnormal},
};

std::optional<Spike> spike_named(std::string_view name) {
  for (const auto& [text, spike] : kSpikes) {
    if (text == name) return spike;
  }
  return std::nullopt;
}

bool has_class(const ValuePolicy& policy, std::string_view name) {
  return std::find(policy.classes.begin(), policy.classes.end(), name) != policy.classes.end();
}

template <class T>
Range<T> range_of(const ValuePolicy& policy) {
  if (policy.bounded) return Range<T>::between(policy.lowest, policy.highest);
  const bool reaches_far =
      has_class(policy, "huge") || has_class(policy, "max") || has_class(policy, "lowest");
  const double most =
      reaches_far ? to_real(FloatBits<T>::value(FloatBits<T>::kLargest)) : kOrdinary;
  return Range<T>::between(-most, most);
}

/// Calls `visitor` with the Parts of a floating or complex array. Answers false for another dtype.
template <class Visitor>
bool with_parts(Array& values, Visitor&& visitor) {
  const Rows rows(values);
  return with_type(values.dtype(), [&](auto type) {
    using T = typename decltype(type)::type;
    if constexpr (is_complex_type<T>) {
      using Part = typename T::value_type;
      visitor(Parts<Part>{values.as<Part>(), 2 * values.numel(), 2 * rows.length, true});
      return true;
    } else if constexpr (is_float_type<T>) {
      visitor(Parts<T>{values.as<T>(), values.numel(), rows.length, false});
      return true;
    } else {
      return false;
    }
  });
}

template <class T>
void fill_parts(Source& source, const ValuePolicy& policy, const std::string& value_class,
                Parts<T> parts) {
  const Range<T> range = range_of<T>(policy);
  const auto spike = spike_named(value_class);
  // Within bounds "lowest" is the lower one, else the dtype's lowest value.
  if (!spike || (policy.bounded && *spike == Spike::lowest)) {
    if (fill_background(value_class, policy.bounded, range, source.key(), parts)) return;
    throw UsageError("a ValuePolicy: " + unknown_name("value class", value_class, value_classes()));
  }
  static const std::vector<std::string> backgrounds = ordinary().classes;
  const auto background = static_cast<std::size_t>(source.below(backgrounds.size()));
  fill_background(backgrounds[background], false, range, source.key(), parts);
  fill_spikes(source, *spike, parts);
}

}  // namespace

const std::vector<std::string>& value_classes() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all = ordinary().classes;
    for (const char* bounded : {"highest", "edges"}) all.emplace_back(bounded);
    for (const auto& [text, spike] : kSpikes) all.emplace_back(text);
    return all;
  }();
  return names;
}

void fill_floats(Source& source, const ValuePolicy& policy, const std::string& value_class,
                 Array& values) {
  const bool is_filled =
      with_parts(values, [&](auto parts) { fill_parts(source, policy, value_class, parts); });
  if (!is_filled)
    throw UsageError("filling a floating domain: dtype " + std::string(name(values.dtype())) +
                     " is neither floating nor complex; give of_dtypes() such a dtype, or use "
                     "integers() or booleans().");
  static const ValuePolicy bounded = between(0, 1);
  if (policy.bounded && !has_class(bounded, value_class)) repair_floats(policy, values);
}

void repair_floats(const ValuePolicy& policy, Array& values) {
  const bool may_be_nan = has_class(policy, "nan");
  const bool may_be_infinite = has_class(policy, "infinity");
  with_parts(values, [&](auto parts) {
    using T = std::remove_reference_t<decltype(*parts.data)>;
    const Range<T> range = range_of<T>(policy);
    for (std::int64_t i = 0; i < parts.count; ++i) {
      const double value = to_real(parts.data[i]);
      if (std::isnan(value)) {
        if (!may_be_nan) parts.data[i] = range.simplest();
      } else if (!may_be_infinite || !std::isinf(value)) {
        parts.data[i] = range.clamped(parts.data[i]);
      }
    }
  });
}

}  // namespace gradgrind::detail
