#include "bench/fuzzing/npz_loader.h"

#include <algorithm>
#include <vector>

#include "fuzz/formats/zip.h"
#include "tests/fuzz/planted/file_parts.h"

namespace bench {
namespace {

using planted::FileError;

struct Record {
  std::string name;
  std::string_view body;
};

std::string little_endian(std::uint64_t number, std::size_t width) {
  std::string bytes;
  for (std::size_t i = 0; i < width; ++i) bytes += static_cast<char>(number >> 8 * i & 255);
  return bytes;
}

// Flags, method, time, checksum and sizes: what both headers of a record say alike.
std::string facts_of(const Record& record) {
  const std::uint64_t size = record.body.size();
  return little_endian(20, 2) + little_endian(0, 8) +
         little_endian(gradgrind::detail::crc32(record.body), 4) + little_endian(size, 4) +
         little_endian(size, 4) + little_endian(record.name.size(), 2) + little_endian(0, 2);
}

// The archive of these records, byte by byte.
std::string archive_of(const std::vector<Record>& records) {
  std::string bytes;
  std::string directory;
  for (const Record& record : records) {
    directory += "PK\1\2" + little_endian(0x314, 2) + facts_of(record) + std::string(10, '\0') +
                 little_endian(bytes.size(), 4) + record.name;
    bytes += "PK\3\4" + facts_of(record) + record.name;
    bytes += record.body;
  }
  const std::string count = little_endian(records.size(), 2);
  return bytes + directory + "PK\5\6" + little_endian(0, 4) + count + count +
         little_endian(directory.size(), 4) + little_endian(bytes.size(), 4) + little_endian(0, 2);
}

std::vector<Record> records_of(std::string_view bytes) {
  constexpr std::size_t kHeader = 30;
  std::vector<Record> records;
  while (bytes.substr(0, 4) == "PK\3\4") {
    const std::uint64_t size = planted::number_at(bytes, 22, 4, false);
    const std::uint64_t name = planted::number_at(bytes, 26, 2, false);
    if (bytes.size() < kHeader + name + size) throw FileError("a record is cut off");
    records.push_back(
        {std::string(bytes.substr(kHeader, name)), bytes.substr(kHeader + name, size)});
    bytes.remove_prefix(kHeader + name + size);
  }
  return records;
}

// The name of an array, from that of its record.
std::string array_name(const std::string& record) {
  const std::string kEnd = ".npy";
  const bool has_end = record.size() > kEnd.size() &&
                       record.compare(record.size() - kEnd.size(), kEnd.size(), kEnd) == 0;
  const std::string name = has_end ? record.substr(0, record.size() - kEnd.size()) : "";
  const bool is_plain = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
  if (name.empty() || !is_plain) throw FileError("a record has no name of an array");
  return name;
}

}  // namespace

std::map<std::string, at::Tensor> load_npz(std::string_view bytes) {
  const std::vector<Record> records = records_of(bytes);
  // Nothing in the archive may say anything else than its records do.
  if (records.empty() || archive_of(records) != bytes) throw FileError("no archive of savez's");
  std::map<std::string, at::Tensor> arrays;
  for (const Record& record : records) {
    const at::Tensor array = planted::read_npy(record.body, planted::Fault::none);
    if (!arrays.emplace(array_name(record.name), array).second) {
      throw FileError("two arrays have one name");
    }
  }
  return arrays;
}

}  // namespace bench
