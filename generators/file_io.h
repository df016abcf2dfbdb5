// Files that are read in parts, and files that appear whole or not at all.
//
// Layer 2, generators. Both throw std::system_error, whose text starts with what was being done.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace gradgrind::detail {

/// A regular file, open for reading.
class InputFile {
 public:
  explicit InputFile(const std::string& path);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  std::uint64_t size() const { return size_; }
  /// Fills `size` bytes from `offset` on. A file that is too short for them is an error.
  void read(std::uint64_t offset, void* bytes, std::size_t size) const;

 private:
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
};

/// A file under a temporary name beside `path`, which commit() renames to `path`. Without commit()
/// it is removed, and what stands at `path` stays.
class AtomicFile {
 public:
  /// Creates missing folders.
  explicit AtomicFile(std::string path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(const void* bytes, std::size_t size);
  /// Brings the contents to the disk, then renames.
  void commit();

 private:
  std::string path_;
  std::string folder_;
  std::string temporary_;
  int descriptor_ = -1;
};

}  // namespace gradgrind::detail
