#include "fuzz/nightly/suite_run.h"

#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>

#include "fuzz/nightly/child_process.h"
#include "fuzz/nightly/files.h"
#include "gradgrind/generators/error.h"

namespace gradgrind::nightly {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// What GoogleTest wrote: testsuites, their tests, the failures of each.
void take_in(const json& results, const SuiteEntry& suite, std::uint64_t seed,
             SuiteResult& result) {
  result.tests = results.value("tests", 0);
  for (const json& group : results.at("testsuites")) {
    for (const json& test : group.at("testsuite")) {
      if (!test.contains("failures")) continue;
      const std::string name =
          test.at("classname").get<std::string>() + "." + test.at("name").get<std::string>();
      StoredFinding found;
      found.target = suite.name;
      found.signature = suite.name + ": " + name;
      found.verdict = "fails";
      found.summary = name + " fails with seed " + std::to_string(seed);
      for (const json& failure : test.at("failures")) {
        found.report += failure.at("failure").get<std::string>() + "\n";
      }
      found.first_seen = now_text();
      found.is_shrunk = true;
      result.failures.push_back(std::move(found));
    }
  }
}

}  // namespace

SuiteResult run_suite(const SuiteEntry& suite, std::uint64_t seed, double seconds,
                      const ShouldStop& stop) {
  SuiteResult result;
  std::string path = (fs::temp_directory_path() / "gradgrind-suite-XXXXXX").string();
  const int file = mkstemp(path.data());
  if (file >= 0) close(file);
  ChildOptions options;
  options.command = {suite.program, "--gtest_output=json:" + path,
                     "--gradgrind_seed=" + std::to_string(seed)};
  options.seconds = seconds;
  options.should_stop = stop;
  const ChildEnd end = run_child(options);
  result.seconds = end.seconds;
  if (!end.problem.empty()) {
    result.problem = end.problem;
  } else if (end.is_late) {
    result.problem = "did not end in its share of the night, and was stopped";
  } else if (!end.is_stopped) {
    try {
      take_in(json::parse(read_file(path)), suite, seed, result);
    } catch (const std::exception& error) {
      result.problem = std::string("left no results: ") + error.what();
    }
  }
  std::error_code ignored;
  fs::remove(path, ignored);
  return result;
}

}  // namespace gradgrind::nightly
