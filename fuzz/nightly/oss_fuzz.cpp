#include "fuzz/nightly/oss_fuzz.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "fuzz/nightly/elf_search_path.h"
#include "fuzz/nightly/fuzz_manifest.h"
#include "fuzz/nightly/oss_fuzz_files.h"
#include "fuzz/nightly/shared_objects.h"
#include "fuzz/nightly/stored_zip.h"
#include "gradgrind/generators/error.h"

namespace gradgrind::nightly {
namespace {

namespace fs = std::filesystem;

// Marks a folder as an export of ours, which the next one may replace.
constexpr const char* kMark = ".gradgrind_export";
constexpr const char* kBesideProgram = "$ORIGIN/lib";

std::string content_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream content;
  content << stream.rdbuf();
  if (!stream || (content.fail() && fs::file_size(file) > 0)) {
    throw UsageError(fmt::format("{} cannot be read", file.string()));
  }
  return content.str();
}

void write(const fs::path& file, const std::string& content, bool is_program = false) {
  fs::create_directories(file.parent_path());
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  stream << content;
  stream.close();
  if (!stream) {
    throw fs::filesystem_error("cannot write", file,
                               std::error_code(errno, std::generic_category()));
  }
  if (is_program) fs::permissions(file, fs::perms(0755));
}

std::vector<FuzzerEntry> chosen(const ExportOptions& options) {
  std::vector<FuzzerEntry> all = fuzzers_of_manifest(options.manifest);
  std::vector<std::string> names;
  for (const FuzzerEntry& entry : all) names.push_back(entry.name);
  for (const std::string& name : options.targets) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      throw UsageError(unknown_name("target", name, names));
    }
  }
  if (!options.targets.empty()) {
    all.erase(std::remove_if(all.begin(), all.end(),
                             [&](const FuzzerEntry& entry) {
                               return std::find(options.targets.begin(), options.targets.end(),
                                                entry.name) == options.targets.end();
                             }),
              all.end());
  }
  return all;
}

void require_built(const std::vector<FuzzerEntry>& entries, const std::string& manifest) {
  std::vector<std::string> problems;
  for (const FuzzerEntry& entry : entries) {
    if (entry.fuzzer.empty()) {
      throw UsageError(manifest +
                       ": the build has no fuzzers; configure it with clang and "
                       "-DGRADGRIND_FUZZ=ON");
    }
    if (!fs::exists(entry.fuzzer)) {
      problems.push_back(entry.fuzzer + " is not built; build the target \"fuzzers\"");
    } else if (search_path(entry.fuzzer).folders.find(kBesideProgram) == std::string::npos) {
      problems.push_back(entry.fuzzer + " does not look for libraries in " + kBesideProgram +
                         "; link it by gradgrind_fuzz_target");
    }
  }
  if (entries.empty()) problems.push_back(manifest + " lists no fuzz targets");
  if (!problems.empty()) throw UsageError(problems);
}

// Leaves a new or emptied folder with our mark in it.
void take_folder(const fs::path& folder) {
  if (fs::exists(folder) && !fs::is_directory(folder)) {
    throw UsageError(folder.string() + " is no folder");
  }
  if (fs::exists(folder) && !fs::is_empty(folder)) {
    if (!fs::exists(folder / kMark)) {
      throw UsageError(folder.string() +
                       " holds something else than an export; name a new or empty folder");
    }
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
      if (entry.path().filename() != kMark) fs::remove_all(entry.path());
    }
  }
  fs::create_directories(folder);
  write(folder / kMark, "Written by \"gradgrind export\", which may replace this folder.\n");
}

class Tree {
 public:
  Tree(fs::path out, bool hard_links) : out_(std::move(out)), hard_links_(hard_links) {}

  void add(const FuzzerEntry& entry, ExportResult& result) {
    for (const SharedObject& object : shared_objects(entry.fuzzer)) add(object, result);
    const fs::path program = out_ / (entry.name + "_fuzzer");
    copy(entry.fuzzer, program, 0755);
    make_search_path_serve_all(program.string());
    result.fuzzers.push_back(program.string());
    result.bytes += fs::file_size(program);
    const std::string zip = seeds_of(entry);
    const std::string base = program.string();
    if (zip.empty()) {
      result.without_seeds.push_back(entry.name);
    } else {
      write(base + "_seed_corpus.zip", zip);
    }
    if (!entry.dictionary.empty() && fs::exists(entry.dictionary)) {
      write(base + ".dict", content_of(entry.dictionary));
    }
    write(base + ".options", fuzzer_options());
  }

 private:
  void add(const SharedObject& object, ExportResult& result) {
    const auto [known, is_new] = files_.try_emplace(object.name, object.file);
    if (!is_new) {
      if (known->second == object.file) return;
      throw UsageError(
          fmt::format("the fuzzers load different files as {}: {} and {}; export "
                      "them into folders of their own",
                      object.name, known->second, object.file));
    }
    const fs::path to = out_ / (object.is_of_libc ? "lib/libc" : "lib") / object.name;
    const bool has_path = !search_path(object.file).folders.empty();
    if (hard_links_ && !has_path) {
      link(object.file, to);
    } else {
      // No shared object may be taken for a fuzzer; the loader alone is run as a program.
      copy(object.file, to, object.name.rfind("ld", 0) == 0 ? 0755 : 0644);
      if (has_path) remove_search_path(to.string());
    }
    ++result.shared_objects;
    result.bytes += fs::file_size(to);
  }

  static void copy(const fs::path& from, const fs::path& to, int permissions) {
    fs::create_directories(to.parent_path());
    fs::remove(to);  // it may be a link to what must not change
    std::error_code problem;
    fs::copy_file(from, to, problem);
    if (problem && fs::space(to.parent_path()).available < fs::file_size(from)) {
      problem = std::make_error_code(std::errc::no_space_on_device);  // some say "I/O error"
    }
    if (problem) throw fs::filesystem_error("cannot copy", from, to, problem);
    fs::permissions(to, static_cast<fs::perms>(permissions));
  }

  static void link(const fs::path& from, const fs::path& to) {
    fs::create_directories(to.parent_path());
    fs::remove(to);
    std::error_code problem;
    fs::create_hard_link(from, to, problem);
    if (problem) copy(from, to, 0755);  // on another file system, or not ours
  }

  static std::string seeds_of(const FuzzerEntry& entry) {
    std::vector<std::pair<std::string, std::string>> files;
    if (fs::is_directory(entry.seeds)) {
      for (const fs::directory_entry& file : fs::recursive_directory_iterator(entry.seeds)) {
        if (!file.is_regular_file()) continue;
        files.emplace_back(fs::relative(file.path(), entry.seeds).string(),
                           content_of(file.path()));
      }
    }
    std::sort(files.begin(), files.end());
    return files.empty() ? std::string() : stored_zip(files);
  }

  fs::path out_;
  bool hard_links_;
  std::map<std::string, std::string> files_;  // of shared objects, by name
};

ExportResult export_files(const ExportOptions& options) {
  const std::vector<FuzzerEntry> entries = chosen(options);
  require_built(entries, options.manifest);
  const fs::path folder = options.folder;
  if (options.only_fuzzers) {
    fs::create_directories(folder);
  } else {
    take_folder(folder);
    for (const ProjectFile& file : project_files(options.project, options.repository)) {
      write(folder / file.path, file.text, file.is_program);
    }
  }
  ExportResult result;
  Tree tree(options.only_fuzzers ? folder : folder / "out", options.hard_links);
  for (const FuzzerEntry& entry : entries) tree.add(entry, result);
  return result;
}

}  // namespace

ExportResult export_oss_fuzz(const ExportOptions& options) {
  try {
    return export_files(options);
  } catch (const fs::filesystem_error& error) {
    const fs::path& path = error.path2().empty() ? error.path1() : error.path2();
    throw UsageError(fmt::format("{}: {}", path.string(), error.code().message()));
  }
}

}  // namespace gradgrind::nightly
