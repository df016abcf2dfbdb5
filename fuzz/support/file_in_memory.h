// A file without a place on any disk.
#pragma once

#include <string>
#include <string_view>

namespace gradgrind::fuzz {

/// Holds the bytes as long as it lives. Throws InternalError where the system gives no such file.
class FileInMemory {
 public:
  explicit FileInMemory(std::string_view bytes);
  ~FileInMemory();
  FileInMemory(const FileInMemory&) = delete;
  FileInMemory& operator=(const FileInMemory&) = delete;

  /// To be opened by this process.
  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

}  // namespace gradgrind::fuzz
