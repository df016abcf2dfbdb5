// One program at a time works in the folder of the nights.
//
// Layer 4, faces. No LibTorch.
#pragma once

#include <string>

namespace gradgrind::nightly {

/// Holds the folder while it lives; the lock goes with the process, however that ends.
class FolderLock {
 public:
  /// Makes the folder. Throws UsageError where another program has it, or it cannot be written.
  explicit FolderLock(const std::string& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int file_ = -1;
};

}  // namespace gradgrind::nightly
