#include <algorithm>
#include <limits>

#include "generators/fill.h"
#include "generators/storage.h"
#include "generators/words.h"

namespace gradgrind::detail {
namespace {

struct IntegerRange {
  std::int64_t lowest;
  std::int64_t highest;

  std::int64_t clamped(std::int64_t value) const { return std::clamp(value, lowest, highest); }
  std::int64_t simplest() const { return clamped(0); }

  std::int64_t at(std::uint64_t word) const {
    const auto base = static_cast<std::uint64_t>(lowest);
    const std::uint64_t count = static_cast<std::uint64_t>(highest) - base + 1;
    // All 2^64 integers are one more than a count can say.
    const std::uint64_t offset = count == 0 ? word : Words::scaled(word, count);
    return static_cast<std::int64_t>(base + offset);
  }
};

/// The integers of the range that a T holds, and where it holds none the nearest that it does.
template <class T>
IntegerRange range_in(std::int64_t lowest, std::int64_t highest) {
  IntegerRange held{0, 1};
  if constexpr (is_complex_type<T>) {
    return range_in<typename T::value_type>(lowest, highest);
  } else if constexpr (std::is_integral_v<T>) {
    held = {std::numeric_limits<T>::min(), std::numeric_limits<T>::max()};
  } else if constexpr (!std::is_same_v<T, Boolean>) {
    // A float holds every integer up to the one after which it skips some.
    constexpr int kDigits = std::is_same_v<T, double>      ? 53
                            : std::is_same_v<T, float>     ? 24
                            : std::is_same_v<T, c10::Half> ? 11
                                                           : 8;
    held = {-(std::int64_t{1} << kDigits), std::int64_t{1} << kDigits};
  }
  return {held.clamped(std::min(lowest, highest)), held.clamped(std::max(lowest, highest))};
}

/// The values of a class that has few of them, or none where it has many.
std::vector<std::int64_t> few_integers(const std::string& value_class, const IntegerRange& range,
                                       std::uint64_t key) {
  const Words words = Words(key).fork();
  if (value_class == "lowest") return {range.lowest};
  if (value_class == "highest") return {range.highest};
  if (value_class == "constant") return {key == 0 ? range.simplest() : range.at(words[0])};
  std::vector<std::int64_t> values;
  if (value_class == "repeats") {
    const std::int64_t count = 2 + words.below(0, 3);
    for (std::int64_t i = 1; i <= count; ++i) values.push_back(range.at(words[i]));
  }
  if (value_class == "edges") {
    const bool is_single = range.lowest == range.highest;
    values = {range.lowest, range.highest, is_single ? range.lowest : range.lowest + 1,
              is_single ? range.highest : range.highest - 1, range.simplest()};
  }
  return values;
}

}  // namespace

const std::vector<std::string>& integer_classes() {
  static const std::vector<std::string> names = {"constant", "uniform", "repeats",
                                                 "lowest",   "highest", "edges"};
  return names;
}

void fill_integers(Source& source, std::size_t class_index, std::int64_t lowest,
                   std::int64_t highest, Array& values) {
  const std::uint64_t key = source.key();
  with_type(values.dtype(), [&](auto type) {
    using T = typename decltype(type)::type;
    const IntegerRange range = range_in<T>(lowest, highest);
    const Words words(key);
    const std::int64_t count = values.numel();
    T* elements = values.as<T>();
    const auto few = few_integers(integer_classes().at(class_index), range, key);
    if (few.empty()) {
      for (std::int64_t i = 0; i < count; ++i) elements[i] = from_integer<T>(range.at(words[i]));
      return;
    }
    std::vector<T> table;
    for (const std::int64_t value : few) table.push_back(from_integer<T>(value));
    fill_from(table, words, elements, count);
  });
}

void repair_integers(std::int64_t lowest, std::int64_t highest, Array& values) {
  with_type(values.dtype(), [&](auto type) {
    using T = typename decltype(type)::type;
    const IntegerRange range = range_in<T>(lowest, highest);
    T* elements = values.as<T>();
    for (std::int64_t i = 0; i < values.numel(); ++i) {
      std::int64_t value = 0;
      if constexpr (is_float_type<T> || is_complex_type<T>) {
        value = from_real<std::int64_t>(to_real(elements[i]));
      } else {
        value = to_integer(elements[i]);
      }
      elements[i] = from_integer<T>(range.clamped(value));
    }
  });
}

}  // namespace gradgrind::detail
