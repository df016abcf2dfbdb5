#include "fuzz/support/file_in_memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include "gradgrind/generators/error.h"

namespace gradgrind::fuzz {

FileInMemory::FileInMemory(std::string_view bytes)
    : descriptor_(memfd_create("gradgrind", MFD_CLOEXEC)) {
  while (descriptor_ >= 0 && !bytes.empty()) {
    const ssize_t written = write(descriptor_, bytes.data(), bytes.size());
    if (written <= 0) break;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  if (descriptor_ < 0 || !bytes.empty()) throw InternalError("no file in memory to be had");
}

FileInMemory::~FileInMemory() { close(descriptor_); }

}  // namespace gradgrind::fuzz
