#include "fuzz/nightly/stored_zip.h"

#include <array>
#include <cstdint>
#include <limits>
#include <string_view>

#include "gradgrind/generators/error.h"

namespace gradgrind::nightly {
namespace {

constexpr std::uint32_t kVersion = 10;        // the oldest that has stored files
constexpr std::uint32_t kDay = (1 << 5) | 1;  // 1980-01-01, the first day that there is

constexpr std::array<std::uint32_t, 256> crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t value = byte;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? 0xEDB88320U : 0U);
    table[byte] = value;
  }
  return table;
}

std::uint32_t crc32(std::string_view bytes) {
  static constexpr std::array<std::uint32_t, 256> kTable = crc_table();
  std::uint32_t value = 0xFFFFFFFFU;
  for (const char byte : bytes) {
    value = kTable[(value ^ static_cast<std::uint8_t>(byte)) & 0xFF] ^ (value >> 8);
  }
  return ~value;
}

void put(std::string& out, std::uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>((value >> (8 * i)) & 0xFF);
}

std::uint32_t size32(std::size_t size) { return static_cast<std::uint32_t>(size); }

// What a file's own header and its entry in the directory have in common.
std::string common_fields(const std::string& name, std::string_view content) {
  std::string fields;
  put(fields, kVersion, 2);
  put(fields, 0, 2);  // flags
  put(fields, 0, 2);  // stored
  put(fields, 0, 2);  // time
  put(fields, kDay, 2);
  put(fields, crc32(content), 4);
  put(fields, size32(content.size()), 4);
  put(fields, size32(content.size()), 4);
  put(fields, size32(name.size()), 2);
  put(fields, 0, 2);  // extra field
  return fields;
}

}  // namespace

std::string stored_zip(const std::vector<std::pair<std::string, std::string>>& files) {
  std::string archive;
  std::string directory;
  std::size_t most = 22;
  for (const auto& [name, content] : files) most += content.size() + 2 * name.size() + 76;
  if (files.size() > std::numeric_limits<std::uint16_t>::max() ||
      most > std::numeric_limits<std::uint32_t>::max()) {
    throw UsageError("stored_zip: " + std::to_string(files.size()) + " files of " +
                     std::to_string(most) + " bytes are more than a zip archive holds");
  }
  for (const auto& [name, content] : files) {
    const std::string fields = common_fields(name, content);
    directory += "PK\x01\x02";
    put(directory, kVersion, 2);
    directory += fields;
    put(directory, 0, 2);  // comment
    put(directory, 0, 2);  // disk
    put(directory, 0, 2);  // internal attributes
    put(directory, 0, 4);  // external attributes
    put(directory, size32(archive.size()), 4);
    directory += name;
    archive += "PK\x03\x04" + fields + name + content;
  }
  const std::size_t directory_at = archive.size();
  archive += directory + "PK\x05\x06";
  put(archive, 0, 4);  // disks
  put(archive, size32(files.size()), 2);
  put(archive, size32(files.size()), 2);
  put(archive, size32(directory.size()), 4);
  put(archive, size32(directory_at), 4);
  put(archive, 0, 2);  // comment
  return archive;
}

}  // namespace gradgrind::nightly
