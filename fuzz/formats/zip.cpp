// https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
#include "fuzz/formats/zip.h"

#include <array>

#include "gradgrind/generators/error.h"

namespace gradgrind::detail {
namespace {

constexpr std::size_t kAlignment = 64;
constexpr std::uint64_t kUtf8Names = 0x800;
constexpr std::uint64_t kSizesFollow = 0x8;

std::uint64_t checksum_of(std::string_view bytes) { return crc32(bytes); }

std::string method_of(const ZipRecord& record) {
  return {record.uncompressed.has_value() ? '\10' : '\0', '\0'};
}

void write_method(Draft& file, const std::string& name, const ZipRecord& record) {
  file.choice_of(name, method_of(record), {std::string(2, '\0'), std::string("\10\0", 2)});
}

// Checksum, stored size and size, whose names start with `what`.
void write_sizes(Draft& file, const std::string& what, const ZipRecord& record) {
  const std::string& of = record.name;
  if (record.uncompressed.has_value()) {
    file.value(what + "checksum of " + of, u32_le, record.uncompressed->checksum);
    file.length(what + "stored size of " + of, u32_le, "body " + of);
    file.value(what + "size of " + of, u32_le, record.uncompressed->size);
    return;
  }
  file.checksum(what + "checksum of " + of, u32_le, "body " + of, checksum_of);
  file.length(what + "stored size of " + of, u32_le, "body " + of);
  file.length(what + "size of " + of, u32_le, "body " + of);
}

void write_record(Draft& file, ZipStyle style, const ZipRecord& record) {
  const std::string& of = record.name;
  const bool is_aligned = style == ZipStyle::aligned;
  file.open("local " + of);
  file.magic("local signature of " + of, "PK\3\4");
  file.value("local version of " + of, u16_le, is_aligned ? 0 : 20);
  file.value("local flags of " + of, u16_le, is_aligned ? kUtf8Names | kSizesFollow : 0);
  write_method(file, "local method of " + of, record);
  file.value("local time of " + of, u32_le, 0);
  if (is_aligned) {
    file.value("local no checksum of " + of, u32_le, 0);
    file.value("local no stored size of " + of, u32_le, 0);
    file.value("local no size of " + of, u32_le, 0);
  } else {
    write_sizes(file, "local ", record);
  }
  file.length("local length of name of " + of, u16_le, "local name of " + of);
  file.length("local length of extra of " + of, u16_le, "extra " + of);
  file.name("local name of " + of, of);
  file.open("extra " + of);
  if (is_aligned) {
    file.text("FB");
    file.length("length of filling of " + of, u16_le, "filling of " + of);
    // The first record starts where the file does, and so may be measured from there.
    const std::size_t body = file.size_so_far();
    file.padding("filling of " + of, (kAlignment - body % kAlignment) % kAlignment, 'Z');
  } else {
    file.padding("no extra of " + of, 0, ' ');
  }
  file.close();
  file.close();
  file.open("body " + of);
  record.write(file);
  file.close();
  if (!is_aligned) return;
  file.magic("descriptor signature of " + of, "PK\7\10");
  write_sizes(file, "descriptor ", record);
}

void write_directory_entry(Draft& file, ZipStyle style, const ZipRecord& record) {
  const std::string& of = record.name;
  file.open("record " + of);
  file.magic("signature of " + of, "PK\1\2");
  file.value("version made by of " + of, u16_le, style == ZipStyle::aligned ? 0 : 0x314);
  file.value("version of " + of, u16_le, style == ZipStyle::aligned ? 0 : 20);
  file.value("flags of " + of, u16_le, style == ZipStyle::aligned ? kUtf8Names | kSizesFollow : 0);
  write_method(file, "method of " + of, record);
  file.value("time of " + of, u32_le, 0);
  write_sizes(file, "", record);
  file.length("length of name of " + of, u16_le, "name of " + of);
  file.value("length of extra of " + of, u16_le, 0);
  file.value("length of comment of " + of, u16_le, 0);
  file.value("disk of " + of, u16_le, 0);
  file.value("internal attributes of " + of, u16_le, 0);
  file.value("external attributes of " + of, u32_le, 0);
  file.offset("offset of " + of, u32_le, "local " + of);
  file.name("name of " + of, of);
  file.close();
}

void write_zip64_end(Draft& file) {
  file.open("zip64 end");
  file.magic("zip64 end signature", "PK\6\6");
  file.value("zip64 size of end", u64_le, 44);
  file.value("zip64 version made by", u16_le, 0x31e);
  file.value("zip64 version", u16_le, 0x2d);
  file.value("zip64 disk", u32_le, 0);
  file.value("zip64 disk of directory", u32_le, 0);
  file.count("zip64 records on disk", u64_le, "signature of ");
  file.count("zip64 records", u64_le, "signature of ");
  file.length("zip64 size of directory", u64_le, "directory");
  file.offset("zip64 offset of directory", u64_le, "directory");
  file.close();
  file.magic("zip64 locator signature", "PK\6\7");
  file.value("zip64 disk of end", u32_le, 0);
  file.offset("zip64 offset of end", u64_le, "zip64 end");
  file.value("zip64 disks", u32_le, 1);
}

std::uint64_t number_at(std::string_view bytes, std::size_t at, std::size_t width) {
  if (at > bytes.size() || bytes.size() - at < width) throw UsageError("zip: the archive is cut");
  std::uint64_t value = 0;
  for (std::size_t i = width; i-- > 0;) {
    value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  }
  return value;
}

}  // namespace

std::uint32_t crc32(std::string_view bytes) {
  static const auto table = [] {
    std::array<std::uint32_t, 256> values{};
    for (std::uint32_t i = 0; i < values.size(); ++i) {
      std::uint32_t value = i;
      for (int bit = 0; bit < 8; ++bit) value = value >> 1 ^ (value & 1 ? 0xEDB88320U : 0);
      values[i] = value;
    }
    return values;
  }();
  std::uint32_t crc = ~0U;
  for (const char byte : bytes)
    crc = crc >> 8 ^ table[(crc ^ static_cast<unsigned char>(byte)) & 255];
  return ~crc;
}

void write_zip(Draft& file, ZipStyle style, const std::vector<ZipRecord>& records) {
  for (const ZipRecord& record : records) write_record(file, style, record);
  file.open("directory");
  for (const ZipRecord& record : records) write_directory_entry(file, style, record);
  file.close();
  if (style == ZipStyle::aligned) write_zip64_end(file);
  file.magic("end signature", "PK\5\6");
  file.value("disk", u16_le, 0);
  file.value("disk of directory", u16_le, 0);
  file.count("records on disk", u16_le, "signature of ");
  file.count("records", u16_le, "signature of ");
  file.length("size of directory", u32_le, "directory");
  file.offset("offset of directory", u32_le, "directory");
  file.value("length of comment", u16_le, 0);
}

std::vector<StoredRecord> read_zip(std::string_view archive) {
  const std::size_t end = archive.rfind("PK\5\6");
  if (end == std::string_view::npos) throw UsageError("zip: the archive has no end");
  std::vector<StoredRecord> records;
  std::size_t at = number_at(archive, end + 16, 4);
  for (std::uint64_t left = number_at(archive, end + 10, 2); left > 0; --left) {
    const std::size_t size = number_at(archive, at + 20, 4);
    const std::size_t name = number_at(archive, at + 28, 2);
    const std::size_t local = number_at(archive, at + 42, 4);
    const std::size_t body =
        local + 30 + number_at(archive, local + 26, 2) + number_at(archive, local + 28, 2);
    if (body > archive.size() || size > archive.size() - body || at + 46 + name > archive.size()) {
      throw UsageError("zip: the archive is cut");
    }
    std::optional<Uncompressed> uncompressed;
    if (number_at(archive, at + 10, 2) != 0) {
      uncompressed = {number_at(archive, at + 16, 4), number_at(archive, at + 24, 4)};
    }
    records.push_back({std::string(archive.substr(at + 46, name)),
                       std::string(archive.substr(body, size)), uncompressed});
    at += 46 + name + number_at(archive, at + 30, 2) + number_at(archive, at + 32, 2);
  }
  return records;
}

}  // namespace gradgrind::detail
