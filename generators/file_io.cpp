#include "generators/file_io.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

namespace gradgrind::detail {
namespace {

[[noreturn]] void fail(int error, const std::string& action) {
  throw std::system_error(error, std::generic_category(), action);
}

std::string folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

/// Best effort: the file is whole either way, only its new name may not outlive a power cut.
void sync_folder(const std::string& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

}  // namespace

InputFile::InputFile(const std::string& path) {
  // O_NONBLOCK: opening a pipe must not wait for its writer.
  descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor_ < 0) fail(errno, "opening it");
  struct stat status = {};
  const bool is_known = ::fstat(descriptor_, &status) == 0;
  const int error = !is_known ? errno : S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
  if (!is_known || !S_ISREG(status.st_mode)) {
    ::close(descriptor_);
    fail(error, "opening it as a regular file");
  }
  size_ = static_cast<std::uint64_t>(status.st_size);
}

InputFile::~InputFile() { ::close(descriptor_); }

void InputFile::read(std::uint64_t offset, void* bytes, std::size_t size) const {
  auto* next = static_cast<char*>(bytes);
  while (size > 0) {
    const ssize_t count = ::pread(descriptor_, next, size, static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(errno, "reading it");
    if (count == 0) fail(EIO, "reading it, which ended early");
    next += count;
    offset += static_cast<std::uint64_t>(count);
    size -= static_cast<std::size_t>(count);
  }
}

AtomicFile::AtomicFile(std::string path) : path_(std::move(path)), folder_(folder_of(path_)) {
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error) fail(error.value(), "creating its folder");

  static std::atomic<unsigned> count{0};
  do {
    temporary_ = folder_ + "/.gradgrind-" + std::to_string(::getpid()) + "-" +
                 std::to_string(count.fetch_add(1)) + ".tmp";
    descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    // A name left behind by a process of the same id that was killed: take the next.
  } while (descriptor_ < 0 && errno == EEXIST);
  if (descriptor_ < 0) fail(errno, "creating a file in its folder");
}

AtomicFile::~AtomicFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void AtomicFile::write(const void* bytes, std::size_t size) {
  const auto* next = static_cast<const char*>(bytes);
  while (size > 0) {
    const ssize_t count = ::write(descriptor_, next, size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(errno, "writing its contents");
    next += count;
    size -= static_cast<std::size_t>(count);
  }
}

void AtomicFile::commit() {
  if (::fsync(descriptor_) != 0) fail(errno, "bringing its contents to the disk");
  if (::close(std::exchange(descriptor_, -1)) != 0) fail(errno, "closing it");
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) fail(errno, "renaming it into place");
  temporary_.clear();
  sync_folder(folder_);
}

}  // namespace gradgrind::detail
