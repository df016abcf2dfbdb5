// The safetensors container: a JSON header that names byte ranges of the data behind it.
//
// Layer 2, generators. https://github.com/huggingface/safetensors: 8 bytes little-endian header
// length, the header, the data. The ranges cover the data without holes or overlaps.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gradgrind/generators/array.h"

namespace gradgrind::detail::safetensors {

/// One tensor of a file. `begin` and `end` count from the start of the data.
struct Entry {
  std::string name;
  std::string dtype;  ///< "F32", "BOOL": safetensors' own names.
  Shape shape;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

struct Header {
  std::vector<Entry> entries;  ///< In order of their data.
  std::map<std::string, std::string> metadata;
};

/// Bytes of the length that every file starts with.
constexpr std::uint64_t kLengthBytes = 8;

/// An entry that `values` fit, with `begin` and `end` of its size. Complex values are stored as
/// real ones with a last dim of 2.
Entry entry_for(const std::string& name, DType dtype, const Shape& shape);

/// All bytes that precede the data. Throws UsageError for a text that is not UTF-8.
std::string encode(const Header& header);

/// How many bytes of header follow the first 8 of a file. Throws Malformed when the file is too
/// short for them.
std::uint64_t header_length(std::string_view first_bytes, std::uint64_t file_size);

/// Reads the header of a file with `data_size` bytes of data. Throws Malformed when it is no JSON,
/// lacks a field, or its ranges have holes, overlap, or do not end with the data.
Header decode(std::string_view json, std::uint64_t data_size);

/// The shape of a case's array of `dtype` that `entry` holds. Throws Malformed when it holds
/// another dtype, or when its shape and its range disagree; so an array of the result is no larger
/// than the file.
Shape shape_as(DType dtype, const Entry& entry);

}  // namespace gradgrind::detail::safetensors
