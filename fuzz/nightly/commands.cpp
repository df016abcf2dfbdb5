#include "fuzz/nightly/commands.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <optional>
#include <system_error>

#include "fuzz/nightly/files.h"
#include "fuzz/nightly/finding_store.h"
#include "fuzz/nightly/fuzz_manifest.h"
#include "fuzz/nightly/night_json.h"
#include "fuzz/nightly/night_run.h"
#include "fuzz/nightly/oss_fuzz.h"
#include "fuzz/nightly/summary_text.h"
#include "fuzz/nightly/write_reports.h"
#include "gradgrind/generators/error.h"

namespace gradgrind::nightly {
namespace {

namespace fs = std::filesystem;

constexpr char kManifest[] = "gradgrind_fuzz.json";

void print(const std::string& line) {
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

}  // namespace

std::string manifest_of(const Place& place) {
  if (!place.manifest.empty()) return place.manifest;
  if (fs::exists(kManifest)) return kManifest;
  std::optional<fs::path> newest;
  const auto consider = [&](const fs::path& path) {
    std::error_code error;
    if (!fs::exists(path, error)) return;
    if (!newest || fs::last_write_time(path) > fs::last_write_time(*newest)) newest = path;
  };
  consider(fs::path("build") / kManifest);
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator("build", error)) {
    consider(entry.path() / kManifest);
  }
  if (newest.has_value()) return newest->string();
  throw UsageError(fmt::format(
      "no {} here, in build or in build/*; name the one of your build with --manifest", kManifest));
}

std::string folder_of(const Place& place, const std::string& name) {
  if (!place.folder.empty()) return place.folder;
  return (fs::path(manifest_of(place)).parent_path() / "gradgrind" / name).string();
}

int run_nightly(const Place& place, const NightlyCommand& command, const std::atomic<bool>& stop) {
  NightOptions options;
  options.manifest = manifest_of(place);
  // An input there stands for another file: the corpora are not shared.
  options.folder = folder_of(place, command.valid ? "valid" : "nightly");
  options.seconds = command.seconds;
  options.jobs = command.jobs;
  options.start_seconds = command.start_seconds;
  options.only = command.only;
  options.starts_anew = command.starts_anew;
  if (command.valid) options.flags = {"--gradgrind_lever_damage=off"};
  options.say = print;
  options.stop = &stop;
  const Night night = run_night(options);
  print("\n" + summary_text(night, options.folder + "/report/report.html"));
  return exit_status(night);
}

int run_list(const Place& place) {
  const std::string manifest = manifest_of(place);
  const FindingStore store(folder_of(place) + "/findings");
  std::vector<std::string> problems;
  print(manifest);
  for (const FuzzerEntry& target : fuzzers_of_manifest(manifest)) {
    print(fmt::format("  {:<32} {:<7} {:>5} seeds {:>5} regressions {:>5} findings", target.name,
                      target.fuzzer.empty() ? "replay" : "fuzzer", count_inputs(target.seeds),
                      count_inputs(target.regressions), store.of(target.name, problems).size()));
  }
  for (const SuiteEntry& suite : suites_of_manifest(manifest)) {
    print(fmt::format("  {:<32} suite", suite.name));
  }
  for (const std::string& problem : problems) print(problem);
  return 0;
}

int run_report(const Place& place, const ReportCommand& command) {
  const std::string file =
      command.file.empty() ? folder_of(place) + "/report/report.json" : command.file;
  const Night night = night_from_json(read_file(file), file);
  const std::string into =
      command.into.empty() ? fs::path(file).parent_path().string() : command.into;
  write_reports(night, into);
  print((fs::path(into) / "report.html").string());
  return 0;
}

int run_export(const Place& place, const ExportCommand& command) {
  ExportOptions options;
  options.manifest = manifest_of(place);
  options.folder = command.into;
  options.only_fuzzers = command.only_fuzzers;
  options.targets = command.targets;
  options.project = command.project;
  options.repository = command.repository;
  options.hard_links = command.hard_links;
  const ExportResult result = export_oss_fuzz(options);
  print(fmt::format("{}: {} fuzzers, {} shared objects, {} MB", command.into, result.fuzzers.size(),
                    result.shared_objects, result.bytes >> 20));
  for (const std::string& name : result.without_seeds) print("  " + name + " has no seeds");
  return 0;
}

}  // namespace gradgrind::nightly
