#include "fuzz/nightly/files.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <system_error>

#include "generators/file_io.h"
#include "gradgrind/generators/error.h"

namespace gradgrind::nightly {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kLargestFile = 64 << 20;

// Why an engine should not be given this file, or "".
std::string refusal(const fs::directory_entry& entry) {
  std::error_code error;
  if (entry.is_symlink(error)) return "a link; links are not followed";
  if (!entry.is_regular_file(error)) return "no plain file";
  const std::uint64_t size = entry.file_size(error);
  if (error) return error.message();
  if (size > kLargestInput) {
    return fmt::format("{} bytes; an input has at most {}", size, kLargestInput);
  }
  return {};
}

}  // namespace

std::string read_file(const std::string& path) {
  try {
    const detail::InputFile file(path);
    if (file.size() > kLargestFile) {
      throw UsageError(
          fmt::format("{}: {} bytes, and at most {} are read", path, file.size(), kLargestFile));
    }
    std::string bytes(file.size(), '\0');
    file.read(0, bytes.data(), bytes.size());
    return bytes;
  } catch (const std::system_error& error) {
    throw UsageError(path + ": " + error.what());
  }
}

void write_file(const std::string& path, const std::string& bytes) {
  try {
    detail::AtomicFile file(path);
    file.write(bytes.data(), bytes.size());
    file.commit();
  } catch (const std::system_error& error) {
    throw UsageError(path + ": " + error.what());
  }
}

std::string now_text() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  return fmt::format("{:%Y-%m-%d %H:%M:%S}", fmt::gmtime(now));
}

int copy_inputs(const std::string& folder, const std::string& into,
                std::vector<std::string>& problems) {
  std::error_code error;
  if (!fs::exists(folder, error)) return 0;
  fs::create_directories(into);
  int copied = 0;
  fs::directory_iterator entries(folder, error);
  if (error) problems.push_back(folder + ": passed over: " + error.message());
  for (const fs::directory_entry& entry : entries) {
    std::string reason = refusal(entry);
    if (reason.empty()) {
      const fs::path target = fs::path(into) / entry.path().filename();
      fs::copy_file(entry.path(), target, fs::copy_options::overwrite_existing, error);
      if (!error) ++copied;
      if (error) reason = error.message();
    }
    if (!reason.empty()) problems.push_back(entry.path().string() + ": passed over: " + reason);
  }
  return copied;
}

void clean_corpus(const std::string& folder, std::vector<std::string>& problems) {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    const std::string reason = refusal(entry);
    if (reason.empty()) continue;
    problems.push_back(entry.path().string() + ": taken out of the corpus: " + reason);
    fs::remove_all(entry.path(), error);
  }
}

std::int64_t count_inputs(const std::string& folder) {
  std::error_code error;
  std::int64_t count = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    if (entry.is_regular_file(error)) ++count;
  }
  return count;
}

}  // namespace gradgrind::nightly
