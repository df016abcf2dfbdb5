// Help for tests that deal with files.
#pragma once

#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "gradgrind/generators/error.h"

namespace gradgrind {

/// A folder of its own, removed with all that is in it.
class FileFolder {
 public:
  FileFolder() {
    path_ = (std::filesystem::temp_directory_path() / "gradgrind-test-XXXXXX").string();
    if (mkdtemp(path_.data()) == nullptr) throw InternalError("no folder for the test: " + path_);
  }
  ~FileFolder() {
    std::error_code ignored;
    std::filesystem::permissions(path_, std::filesystem::perms::owner_all, ignored);
    std::filesystem::remove_all(path_, ignored);
  }
  FileFolder(const FileFolder&) = delete;
  FileFolder& operator=(const FileFolder&) = delete;

  const std::string& path() const { return path_; }

  std::string read(const std::string& name) const {
    std::ifstream in(path_ + "/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  /// Removes a former file first: some file systems wait for the disk when one is truncated and
  /// written anew.
  void write(const std::string& name, const std::string& bytes) const {
    std::filesystem::remove(path_ + "/" + name);
    std::ofstream(path_ + "/" + name, std::ios::binary) << bytes;
  }
  /// What the folder holds, sorted.
  std::vector<std::string> names() const {
    std::vector<std::string> result;
    for (const auto& entry : std::filesystem::directory_iterator(path_)) {
      result.push_back(entry.path().filename().string());
    }
    std::sort(result.begin(), result.end());
    return result;
  }

 private:
  std::string path_;
};

/// The text of the UsageError that `action` throws, or "none".
template <class Action>
std::string usage_error(Action action) {
  try {
    action();
  } catch (const UsageError& error) {
    return error.what();
  }
  return "none";
}

}  // namespace gradgrind
