// The program `gradgrind`: nights, and what they leave.
#include <signal.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <cstdio>
#include <exception>
#include <string>

#include "fuzz/nightly/commands.h"
#include "gradgrind/generators/error.h"

namespace {

namespace nightly = gradgrind::nightly;

constexpr int kMisuse = 2;

std::atomic<bool> stop{false};

void ask_to_stop(int) { stop = true; }

// "90s", "10m", "8h"; a number alone is seconds.
const CLI::AsNumberWithUnit kSeconds(std::map<std::string, double>{{"s", 1},
                                                                   {"m", 60},
                                                                   {"h", 3600}},
                                     CLI::AsNumberWithUnit::CASE_SENSITIVE, "TIME");

void add_nightly(CLI::App& app, const nightly::Place& place, nightly::NightlyCommand& command,
                 int& status) {
  CLI::App* const night = app.add_subcommand(
      "nightly", "runs all targets and suites of a build within a budget, and reports");
  night->add_option("--time", command.seconds, "the budget, all in all: 90s, 10m, 8h")
      ->transform(kSeconds)
      ->check(CLI::PositiveNumber)
      ->default_str("1h");
  night
      ->add_option("--start-time", command.start_seconds,
                   "a target that has run no input after this hangs at its start")
      ->transform(kSeconds)
      ->check(CLI::PositiveNumber)
      ->default_str("60s");
  night->add_option("--jobs", command.jobs, "targets at once; default: the cores that it may use")
      ->check(CLI::PositiveNumber);
  night->add_option("--only", command.only, "names, separated by commas; * stands for any text")
      ->delimiter(',');
  night->add_flag("--anew", command.starts_anew, "does not go on with an interrupted night");
  night->add_flag("--valid", command.valid,
                  "damages no file, so that any finding is a false alarm; in gradgrind/valid");
  night->callback([&] { status = run_nightly(place, command, stop); });
}

void add_input_command(CLI::App& app, const nightly::Place& place, const char* name,
                       const char* help, nightly::InputCommand& command,
                       nightly::InputAction action, int& status) {
  CLI::App* const sub = app.add_subcommand(name, help);
  sub->add_option("FILE", command.file, "an input, such as a finding's")->required();
  sub->add_option("--target", command.target,
                  "default: the one whose name is a folder of FILE's path");
  sub->callback(
      [&place, &command, action, &status] { status = run_on_input(place, command, action); });
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Fuzzing and property tests over nights: what they found, and where it lies.",
               "gradgrind");
  app.require_subcommand(1);
  app.set_version_flag("--version", GRADGRIND_VERSION);
  nightly::Place place;
  app.add_option("--manifest", place.manifest,
                 "gradgrind_fuzz.json of a build; default: in this folder, or the newest one in "
                 "build or build/*");
  app.add_option("--folder", place.folder,
                 "what nights keep: corpora, findings, reports; default: gradgrind/nightly beside "
                 "the manifest");
  app.fallthrough();
  int status = 0;

  nightly::NightlyCommand night;
  add_nightly(app, place, night, status);
  nightly::InputCommand input;
  using Action = nightly::InputAction;
  add_input_command(app, place, "replay", "runs an input again, and says whether it fails", input,
                    Action::replay, status);
  add_input_command(app, place, "shrink",
                    "writes the smallest input that fails alike to FILE.smallest", input,
                    Action::shrink, status);
  add_input_command(app, place, "explain", "shrinks, and says what an input stands for", input,
                    Action::explain, status);
  app.add_subcommand("list", "lists targets and suites")->callback([&] {
    status = run_list(place);
  });

  CLI::App* const corpus = app.add_subcommand("corpus", "works on corpora")->require_subcommand(1);
  nightly::MergeCommand merge;
  CLI::App* const merging = corpus->add_subcommand(
      "merge", "keeps the fewest and smallest inputs that cover what a corpus covers");
  merging->add_option("TARGET", merge.targets, "names; default: all")->delimiter(',');
  merging->add_option(
      "--into", merge.into,
      "a folder for the result, such as corpus/TARGET/seeds of one target; default: "
      "in place of the corpus of the nights");
  merging->callback([&] { status = run_merge(place, merge); });

  nightly::ReportCommand report;
  CLI::App* const reporting =
      app.add_subcommand("report", "writes the reports of the last night, or of a report.json");
  reporting->add_option("FILE", report.file, "a report.json; default: the last night's");
  reporting->add_option("--into", report.into, "a folder for the reports; default: FILE's");
  reporting->callback([&] { status = run_report(place, report); });

  nightly::ExportCommand exporting;
  CLI::App* const exports =
      app.add_subcommand("export", "writes what other services need")->require_subcommand(1);
  CLI::App* const oss_fuzz = exports->add_subcommand(
      "oss-fuzz", "project files for OSS-Fuzz and ClusterFuzzLite, and the runnable tree out/");
  oss_fuzz->add_option("DIR", exporting.into, "an empty folder, or one of an earlier export")
      ->required();
  oss_fuzz->add_option("--target", exporting.targets, "names; default: all")->delimiter(',');
  oss_fuzz->add_option("--project", exporting.project, "its name in the project files");
  oss_fuzz->add_option("--repository", exporting.repository, "where build.sh finds the sources");
  oss_fuzz->add_flag("--only-fuzzers", exporting.only_fuzzers,
                     "the fuzzers alone, straight into DIR: what build.sh does");
  oss_fuzz->add_flag("--hard-links", exporting.hard_links,
                     "shared objects are linked to where they lie; for a folder nobody works in");
  oss_fuzz->callback([&] { status = run_export(place, exporting); });

  signal(SIGINT, ask_to_stop);
  signal(SIGTERM, ask_to_stop);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kMisuse;
  } catch (const gradgrind::UsageError& error) {
    std::fprintf(stderr, "gradgrind: %s\n", error.what());
    return kMisuse;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "gradgrind: internal error: %s\n", error.what());
    return kMisuse;
  }
  return status;
}
