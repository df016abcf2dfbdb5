#include "fuzz/support/replay.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>

#include "fuzz/support/isolation.h"
#include "generators/file_io.h"
#include "gradgrind/generators/error.h"
#include "properties/worker.h"

namespace gradgrind::fuzz {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kLargestInput = 64 << 20;

std::vector<std::string> files_of(const std::vector<std::string>& paths, ReplayResult& result) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (!fs::exists(status)) {
      result.missing.push_back(path);
      continue;
    }
    if (!fs::is_directory(status)) {
      files.push_back(path);
      continue;
    }
    std::vector<std::string> found;
    fs::recursive_directory_iterator entry(path, error);
    for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
      if (!entry->is_symlink() && entry->is_regular_file()) found.push_back(entry->path().string());
    }
    if (error) result.unreadable.emplace_back(path, "cannot be read: " + error.message());
    std::sort(found.begin(), found.end());
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

}  // namespace

std::string read_input(const std::string& path) {
  try {
    const detail::InputFile file(path);
    if (file.size() > kLargestInput) {
      throw UsageError(path + ": " + std::to_string(file.size()) +
                       " bytes; an input has at most 64 MiB");
    }
    std::string bytes(file.size(), '\0');
    file.read(0, bytes.data(), bytes.size());
    return bytes;
  } catch (const std::system_error& error) {
    throw UsageError(path + ": " + error.what());
  }
}

ReplayResult replay(const std::vector<std::string>& paths, Target& target,
                    const ReplayOptions& options) {
  ReplayResult result;
  const std::vector<std::string> files = files_of(paths, result);
  const bool in_children = !options.here && can_isolate();
  Isolation isolation(target, {options.seconds, options.memory_gb});
  for (const std::string& file : files) {
    ++result.inputs;
    try {
      const std::string input = read_input(file);
      std::optional<Failure> failure = in_children ? isolation.run(input) : target.run(input);
      if (failure.has_value()) result.failures.push_back({file, std::move(*failure)});
    } catch (const UsageError& error) {
      result.unreadable.emplace_back(file, error.what());
    }
  }
  return result;
}

}  // namespace gradgrind::fuzz
