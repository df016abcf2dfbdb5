#include "generators/safetensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <tuple>

#include "generators/strict_json.h"
#include "gradgrind/generators/error.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "safetensors data is little-endian, and Array keeps elements in the machine's order"
#endif

namespace gradgrind::detail::safetensors {
namespace {

constexpr const char* kMetadata = "__metadata__";
/// As in the reference implementation: no honest header is larger.
constexpr std::uint64_t kLongestHeader = 100'000'000;

const char* stored_dtype(DType dtype) {
  switch (dtype) {
    case DType::float32:
    case DType::complex64:
      return "F32";
    case DType::float64:
    case DType::complex128:
      return "F64";
    case DType::bfloat16:
      return "BF16";
    case DType::float16:
      return "F16";
    case DType::int64:
      return "I64";
    case DType::int32:
      return "I32";
    case DType::int16:
      return "I16";
    case DType::int8:
      return "I8";
    case DType::uint8:
      return "U8";
    case DType::boolean:
      return "BOOL";
  }
  throw InternalError(fmt::format("no safetensors dtype for {}", static_cast<int>(dtype)));
}

Entry decode_entry(const std::string& name, const JsonCursor& json) {
  Entry entry;
  entry.name = name;
  entry.dtype = json["dtype"].text();
  for (const JsonCursor& size : json["shape"].items()) {
    entry.shape.push_back(size.integer_from(0));
  }
  const JsonCursor offsets = json["data_offsets"];
  const std::vector<JsonCursor> range = offsets.items();
  if (range.size() != 2) offsets.fail("the two offsets of begin and end");
  entry.begin = static_cast<std::uint64_t>(range[0].integer_from(0));
  entry.end = static_cast<std::uint64_t>(range[1].integer_from(range[0].integer()));
  return entry;
}

void require_full_cover(const std::vector<Entry>& entries, std::uint64_t data_size) {
  std::uint64_t covered = 0;
  for (const Entry& entry : entries) {
    if (entry.end > data_size) {
      throw Malformed(
          fmt::format("tensor '{}' ends at byte {} of the data, of which there are {}; the file is "
                      "truncated",
                      entry.name, entry.end, data_size));
    }
    if (entry.begin != covered) {
      throw Malformed(fmt::format(
          "tensor '{}' begins at byte {} of the data, expected {}: {}", entry.name, entry.begin,
          covered, entry.begin < covered ? "it overlaps another" : "there is a hole"));
    }
    covered = entry.end;
  }
  if (covered != data_size) {
    throw Malformed(fmt::format("{} bytes follow the last tensor", data_size - covered));
  }
}

/// The number of bytes, or nothing when a product of sizes does not fit 63 bits. A size of 0 does
/// not hide others that are too large: strides are computed from those.
std::optional<std::uint64_t> checked_bytes(const Shape& shape, std::size_t element) {
  std::uint64_t bytes = element;
  bool is_empty = false;
  for (const std::int64_t size : shape) {
    is_empty = is_empty || size == 0;
    const auto factor = static_cast<std::uint64_t>(std::max<std::int64_t>(size, 1));
    if (bytes > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) / factor) {
      return std::nullopt;
    }
    bytes *= factor;
  }
  return is_empty ? 0 : bytes;
}

}  // namespace

Entry entry_for(const std::string& name, DType dtype, const Shape& shape) {
  Entry entry{name, stored_dtype(dtype), shape, 0, 0};
  entry.end = static_cast<std::uint64_t>(numel(shape)) * element_size(dtype);
  if (is_complex(dtype)) entry.shape.push_back(2);
  return entry;
}

std::string encode(const Header& header) {
  nlohmann::ordered_json json;
  json[kMetadata] = header.metadata;
  for (const Entry& entry : header.entries) {
    json[entry.name] = {
        {"dtype", entry.dtype}, {"shape", entry.shape}, {"data_offsets", {entry.begin, entry.end}}};
  }
  std::string text;
  try {
    text = json.dump();
  } catch (const nlohmann::json::type_error&) {
    throw UsageError("a name of an input or of a weight is not valid UTF-8; rename it");
  }
  text.resize((text.size() + 7) / 8 * 8, ' ');
  std::string result;
  for (std::uint64_t i = 0; i < kLengthBytes; ++i) {
    result.push_back(static_cast<char>(text.size() >> (8 * i) & 0xff));
  }
  return result + text;
}

std::uint64_t header_length(std::string_view first_bytes, std::uint64_t file_size) {
  if (first_bytes.size() < kLengthBytes || file_size < kLengthBytes) {
    throw Malformed(fmt::format(
        "it has {} bytes, and a safetensors file has at least 8; it is empty or truncated",
        file_size));
  }
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < kLengthBytes; ++i) {
    length |= std::uint64_t{static_cast<unsigned char>(first_bytes[i])} << (8 * i);
  }
  if (length > file_size - kLengthBytes) {
    throw Malformed(
        fmt::format("its header claims {} bytes, and {} follow; it is truncated or no safetensors "
                    "file",
                    length, file_size - kLengthBytes));
  }
  if (length > kLongestHeader) {
    throw Malformed(fmt::format("its header claims {} bytes, and safetensors allows {}", length,
                                kLongestHeader));
  }
  return length;
}

Header decode(std::string_view json, std::uint64_t data_size) {
  const nlohmann::json parsed = parse_strictly(json, "its header");
  Header header;
  for (const auto& [name, value] : JsonCursor(parsed, "header").members()) {
    if (name == kMetadata) {
      for (const auto& [key, text] : value.members()) header.metadata[key] = text.text();
    } else {
      header.entries.push_back(decode_entry(name, value));
    }
  }
  std::sort(header.entries.begin(), header.entries.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.begin, a.end) < std::tie(b.begin, b.end);
  });
  require_full_cover(header.entries, data_size);
  return header;
}

Shape shape_as(DType dtype, const Entry& entry) {
  const char* const stored = stored_dtype(dtype);
  if (entry.dtype != stored) {
    throw Malformed(
        fmt::format("tensor '{}' is stored as {}, but the manifest says {}, which is stored as {}",
                    entry.name, entry.dtype, gradgrind::name(dtype), stored));
  }
  const bool has_pairs = !entry.shape.empty() && entry.shape.back() == 2;
  if (is_complex(dtype) && !has_pairs) {
    throw Malformed(fmt::format("tensor '{}' is {} and has shape {}, expected a last dim of 2",
                                entry.name, gradgrind::name(dtype), to_string(entry.shape)));
  }
  Shape shape = entry.shape;
  if (is_complex(dtype)) shape.pop_back();
  const std::optional<std::uint64_t> bytes = checked_bytes(shape, element_size(dtype));
  if (bytes != entry.end - entry.begin) {
    throw Malformed(fmt::format("tensor '{}' of shape {} and dtype {} has {} bytes, expected {}",
                                entry.name, to_string(entry.shape), entry.dtype,
                                entry.end - entry.begin,
                                bytes ? std::to_string(*bytes) : "fewer than 2^63"));
  }
  return shape;
}

}  // namespace gradgrind::detail::safetensors
