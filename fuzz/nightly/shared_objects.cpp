#include "fuzz/nightly/shared_objects.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "gradgrind/generators/error.h"

namespace gradgrind::nightly {
namespace {

std::string quoted_for_shell(const std::string& text) {
  std::string quoted = "'";
  for (const char letter : text) quoted += letter == '\'' ? "'\\''" : std::string(1, letter);
  return quoted + "'";
}

// The lines of `command`, and whether it succeeded.
std::pair<std::vector<std::string>, bool> lines_of(const std::string& command) {
  std::FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return {{}, false};
  std::string text;
  char part[4096];
  for (std::size_t count = 0; (count = std::fread(part, 1, sizeof(part), pipe)) > 0;) {
    text.append(part, count);
  }
  const bool succeeded = pclose(pipe) == 0;
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return {lines, succeeded};
}

bool is_name_of_libc(const std::string& name) {
  static const char* const kNames[] = {
      "ld-linux",       "ld64.so",      "libc.so.",      "libm.so.",         "libpthread.so.",
      "libdl.so.",      "librt.so.",    "libresolv.so.", "libutil.so.",      "libmvec.so.",
      "libanl.so.",     "libnss_files", "libnss_dns",    "libBrokenLocale.", "libthread_db.so.",
      "libnss_compat.", "libnsl.so.1"};
  return std::any_of(std::begin(kNames), std::end(kNames),
                     [&](const char* start) { return name.rfind(start, 0) == 0; });
}

}  // namespace

std::vector<SharedObject> shared_objects(const std::string& program) {
  const auto [lines, succeeded] = lines_of("ldd " + quoted_for_shell(program) + " 2>&1");
  std::vector<SharedObject> objects;
  std::string missing;
  for (const std::string& line : lines) {
    // "\tNAME => FILE (0x1234)", "\tNAME => not found", or "\t/FILE (0x1234)"
    const std::size_t start = line.find_first_not_of(" \t");
    const std::size_t arrow = line.find(" => ");
    const std::size_t address = line.rfind(" (0x");
    if (start == std::string::npos) continue;
    if (arrow != std::string::npos && line.find("not found", arrow) != std::string::npos) {
      missing += (missing.empty() ? "" : ", ") + line.substr(start, arrow - start);
      continue;
    }
    if (address == std::string::npos) continue;
    const std::size_t file_at = arrow == std::string::npos ? start : arrow + 4;
    if (line[file_at] != '/') continue;  // the kernel's own
    const std::filesystem::path file = line.substr(file_at, address - file_at);
    SharedObject object;
    object.name =
        arrow == std::string::npos ? file.filename().string() : line.substr(start, arrow - start);
    object.file = std::filesystem::canonical(file).string();
    object.is_of_libc = is_name_of_libc(object.name);
    objects.push_back(std::move(object));
  }
  if (!missing.empty()) {
    throw UsageError(program + " needs libraries that the loader does not find: " + missing +
                     ". Name their folder in LD_LIBRARY_PATH.");
  }
  if (!succeeded || objects.empty()) {
    throw UsageError("ldd cannot read " + program + (lines.empty() ? "" : ": " + lines.front()));
  }
  std::sort(objects.begin(), objects.end(),
            [](const SharedObject& a, const SharedObject& b) { return a.name < b.name; });
  return objects;
}

}  // namespace gradgrind::nightly
