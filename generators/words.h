// Random words in bulk, and how they serve the elements of an array. Internal.
#pragma once

#include <cstdint>
#include <vector>

#include "gradgrind/generators/array.h"
#include "gradgrind/generators/source.h"

namespace gradgrind::detail {

/// Words that each are a pure function of a key and a position, so that one drawn key fills an
/// array of any size.
class Words {
 public:
  explicit constexpr Words(std::uint64_t key) : start_(mix(key)) {}

  constexpr std::uint64_t operator[](std::int64_t position) const {
    constexpr std::uint64_t kOdd = 0xd1342543de82ef95ULL;
    return mix(start_ + static_cast<std::uint64_t>(position) * kOdd);
  }

  /// 0 <= result < count, from the word at `position`; `count` is at least 1.
  constexpr std::int64_t below(std::int64_t position, std::int64_t count) const {
    return static_cast<std::int64_t>(scaled((*this)[position], static_cast<std::uint64_t>(count)));
  }

  /// `word` scaled to 0 .. count-1.
  static constexpr std::uint64_t scaled(std::uint64_t word, std::uint64_t count) {
    return static_cast<std::uint64_t>((static_cast<Wide>(word) * count) >> 64);
  }

  /// Words that are independent of these.
  constexpr Words fork() const { return Words(~start_); }

 private:
  __extension__ using Wide = unsigned __int128;

  std::uint64_t start_;
};

/// The rows of an array: its slices along the last dim. A scalar is one row of one element.
struct Rows {
  std::int64_t count;
  std::int64_t length;

  explicit Rows(const Array& array) : length(array.shape().empty() ? 1 : array.shape().back()) {
    count = length == 0 ? 0 : array.numel() / length;
  }
};

/// Sets each of `count` elements to some entry of `table`.
template <class T>
void fill_from(const std::vector<T>& table, Words words, T* elements, std::int64_t count) {
  if (table.size() == 1) {
    for (std::int64_t i = 0; i < count; ++i) elements[i] = table[0];
    return;
  }
  const T* entries = table.data();
  const std::uint64_t size = table.size();
  for (std::int64_t i = 0; i < count; ++i) elements[i] = entries[Words::scaled(words[i], size)];
}

}  // namespace gradgrind::detail
