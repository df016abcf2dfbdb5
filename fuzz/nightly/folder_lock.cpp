#include "fuzz/nightly/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "gradgrind/generators/error.h"

namespace gradgrind::nightly {

FolderLock::FolderLock(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw UsageError(folder + ": " + error.message());
  const std::string path = folder + "/lock";
  file_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file_ < 0) throw UsageError(path + ": " + std::strerror(errno));
  if (flock(file_, LOCK_EX | LOCK_NB) == 0) return;
  close(file_);
  throw UsageError("another night runs in " + folder +
                   "; wait for its end, or name another folder with --folder");
}

FolderLock::~FolderLock() { close(file_); }

}  // namespace gradgrind::nightly
