// What the readers share.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "tests/fuzz/planted/files.h"

namespace planted {

inline std::uint64_t number_at(std::string_view bytes, std::size_t offset, std::size_t width,
                               bool big_endian) {
  if (bytes.size() < offset + width) throw FileError("the file ends within a number");
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < width; ++i) {
    const std::size_t at = offset + (big_endian ? i : width - 1 - i);
    number = number << 8 | static_cast<unsigned char>(bytes[at]);
  }
  return number;
}

/// Bytes of an array, in full. Throws FileError where they are more than any file is to hold.
inline std::uint64_t bytes_of(const std::vector<std::int64_t>& sizes, std::size_t element) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 24;
  std::uint64_t bytes = element;
  bool is_empty = false;
  for (const std::int64_t size : sizes) {
    is_empty = is_empty || size == 0;
    const std::uint64_t count = size == 0 ? 1 : static_cast<std::uint64_t>(size);
    if (size < 0 || bytes > kMost / count) throw FileError("the array is too large");
    bytes *= count;
  }
  return is_empty ? 0 : bytes;
}

}  // namespace planted
