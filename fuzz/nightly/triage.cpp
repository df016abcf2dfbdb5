#include "fuzz/nightly/triage.h"

#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>
#include <vector>

#include "fuzz/nightly/child_process.h"
#include "fuzz/nightly/files.h"
#include "gradgrind/generators/error.h"

namespace gradgrind::nightly {
namespace {

namespace fs = std::filesystem;

constexpr double kReplaySeconds = 60;
constexpr double kShrinkSeconds = 120;

std::string text_of(const nlohmann::json& value, const char* key) {
  return value.value(key, std::string());
}

Replayed answer_of(const FuzzerEntry& target, std::vector<std::string> flags,
                   const std::string& input, double seconds, const ShouldStop& stop) {
  Replayed result;
  ChildOptions options;
  options.seconds = seconds;
  options.should_stop = stop;
  // A report may be longer than a line that run_child() hands on, and than its tail.
  const std::string answers = target.replay.substr(target.replay.rfind('/') + 1);
  std::string path = (fs::temp_directory_path() / (answers + "-XXXXXX")).string();
  const int file = mkstemp(path.data());
  if (file >= 0) close(file);
  options.command = {target.replay, "--answers=" + path};
  options.command.insert(options.command.end(), flags.begin(), flags.end());
  options.command.insert(options.command.end(), target.flags.begin(), target.flags.end());
  options.command.push_back(input);
  const ChildEnd end = run_child(options);
  std::string text;
  try {
    text = read_file(path);
  } catch (const UsageError&) {
    text.clear();
  }
  std::error_code ignored;
  fs::remove(path, ignored);
  if (!end.problem.empty()) {
    result.problem = end.problem;
  } else if (end.is_late || end.is_stopped) {
    result.problem = "the replay was stopped";
  } else if (text.empty() && end.status > 1) {
    result.problem = "the replay ends with status " + std::to_string(end.status) + ": " + end.tail;
  } else if (text.empty() && end.status < 0) {
    result.problem = "the replay is killed by signal " + std::to_string(end.signal);
  } else if (!text.empty()) {
    const nlohmann::json value = nlohmann::json::parse(text.substr(0, text.find('\n')));
    result.fails = value.value("fails", false);
    result.verdict = text_of(value, "verdict");
    result.signature = text_of(value, "signature");
    result.report = text_of(value, "report");
    result.summary = text_of(value, "summary");
  }
  return result;
}

// What the engine calls an input that the replay passes.
std::string engine_verdict(const std::string& artifact) {
  const std::string name = fs::path(artifact).filename().string();
  const std::string kind = name.substr(0, name.find('-'));
  if (kind == "oom") return "out of memory";
  if (kind == "leak") return "leaks";
  if (kind == "timeout") return kSlowVerdict;
  return kNonDeterministicVerdict;
}

}  // namespace

Replayed replayed(const FuzzerEntry& target, const std::string& input, const ShouldStop& stop) {
  return answer_of(target, {}, input, kReplaySeconds, stop);
}

std::optional<StoredFinding> finding_of_artifact(const FuzzerEntry& target,
                                                 const std::string& artifact,
                                                 const ShouldStop& stop) {
  const std::string name = fs::path(artifact).filename().string();
  if (name.rfind("slow-unit-", 0) == 0 || !fs::exists(artifact)) return std::nullopt;
  const Replayed said = replayed(target, artifact, stop);
  StoredFinding found;
  found.target = target.name;
  found.first_seen = now_text();
  if (said.fails) {
    found.verdict = said.verdict;
    found.signature = said.signature;
    found.report = said.report;
    return found;
  }
  found.verdict = engine_verdict(artifact);
  // The engine's clock runs on while the machine does something else.
  if (found.verdict == kSlowVerdict && said.problem.empty()) return std::nullopt;
  found.signature = target.name + ": " + found.verdict;
  found.summary = "the fuzzer's process ended, and a fresh one passes the input";
  found.report = target.name + ": " + found.verdict + "\n\n  seen      " + found.summary + "\n";
  if (!said.problem.empty()) found.report += "  replay    " + said.problem + "\n";
  found.is_shrunk = true;
  return found;
}

std::string shrink_stored(const FuzzerEntry& target, const StoredFinding& found,
                          FindingStore& store, const ShouldStop& stop) {
  const std::string smallest = found.input + ".smaller";
  const Replayed said =
      answer_of(target, {"--explain", "--smallest=" + smallest}, found.input, kShrinkSeconds, stop);
  std::string problem = said.problem;
  if (problem.empty()) {
    StoredFinding shrunk = found;
    shrunk.is_shrunk = true;
    if (said.fails) {
      shrunk.summary = said.summary;
      shrunk.report = said.report;
    } else {
      shrunk.summary = "fails in the fuzzer's process, and not in a fresh one";
      shrunk.report = found.report + "\n" + shrunk.summary + "\n";
    }
    const bool is_alike = said.fails && said.signature == found.signature;
    store.replace(shrunk, read_file(is_alike ? smallest : found.input));
  }
  std::error_code ignored;
  fs::remove(smallest, ignored);
  return problem;
}

}  // namespace gradgrind::nightly
