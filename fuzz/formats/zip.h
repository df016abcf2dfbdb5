// Zip archives of stored records, field by field: what NPZ files and LibTorch's archives share.
// Internal.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gradgrind/fuzz/formats/format.h"

namespace gradgrind::detail {

/// What the headers of a compressed record say of it uncompressed.
struct Uncompressed {
  std::uint64_t checksum = 0;
  std::uint64_t size = 0;
};

struct ZipRecord {
  std::string name;
  /// Writes the record's bytes as fields.
  std::function<void(Draft&)> write;
  /// Of a record whose bytes are a deflate stream.
  std::optional<Uncompressed> uncompressed = std::nullopt;
};

enum class ZipStyle : std::uint8_t {
  plain,    ///< As zipfile writes it: sizes and checksum in the header of a record.
  aligned,  ///< As LibTorch does: bodies start at multiples of 64, sizes follow them, Zip64's end.
};

/// CRC-32 as zip archives have it.
std::uint32_t crc32(std::string_view bytes);

/// Writes a whole archive. Names are distinct.
void write_zip(Draft& file, ZipStyle style, const std::vector<ZipRecord>& records);

/// Name and bytes of a record, as they are stored.
struct StoredRecord {
  std::string name;
  std::string bytes;
  std::optional<Uncompressed> uncompressed;
};

/// The records of an archive, in the order of its directory. Throws UsageError where it is none.
std::vector<StoredRecord> read_zip(std::string_view archive);

}  // namespace gradgrind::detail
