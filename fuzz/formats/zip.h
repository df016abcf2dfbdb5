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

struct ZipRecord {
  std::string name;
  /// Writes the record's bytes as fields.
  std::function<void(Draft&)> write;
};

enum class ZipStyle : std::uint8_t {
  plain,    ///< As zipfile writes it: sizes and checksum in the header of a record.
  aligned,  ///< As LibTorch does: bodies start at multiples of 64, sizes follow them, Zip64's end.
};

/// CRC-32 as zip archives have it.
std::uint32_t crc32(std::string_view bytes);

/// Writes a whole archive. Names are distinct.
void write_zip(Draft& file, ZipStyle style, const std::vector<ZipRecord>& records);

/// Name and bytes of a stored record.
struct StoredRecord {
  std::string name;
  std::string bytes;
};

/// The records of an archive that holds stored ones only, in the order of its directory. Throws
/// UsageError where it is none.
std::vector<StoredRecord> read_zip(std::string_view archive);

}  // namespace gradgrind::detail
