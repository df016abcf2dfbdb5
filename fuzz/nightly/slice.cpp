#include "fuzz/nightly/slice.h"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <system_error>

#include "fuzz/nightly/child_process.h"
#include "fuzz/nightly/engine_output.h"
#include "fuzz/nightly/files.h"
#include "fuzz/nightly/met_folder.h"
#include "fuzz/nightly/plain_text.h"

namespace gradgrind::nightly {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr double kShortestRun = 1;
constexpr double kGrace = 30;  // behind max_total_time: one input may take its whole timeout
constexpr int kMostDeaths = 40;
constexpr int kMostFailedStarts = 2;
constexpr std::uint64_t kTalkative = 64 << 20;

// The last line that says something.
std::string last_line(const std::string& text) {
  std::size_t end = text.find_last_not_of(" \t\r\n");
  if (end == std::string::npos) return {};
  const std::size_t begin = text.rfind('\n', end);
  return plain_line(text.substr(begin == std::string::npos ? 0 : begin + 1, end + 1), 200);
}

// The same target may run on several cores: each run has folders of its own.
std::string number_of_run() {
  static std::atomic<int> runs{0};
  return fmt::format("{}-{}", ::getpid(), ++runs);
}

std::vector<std::string> command_for(const FuzzerEntry& target, const TargetFolders& folders,
                                     const std::string& met, const std::string& artifacts,
                                     double seconds, bool isolate) {
  std::vector<std::string> command = {
      target.fuzzer,
      fmt::format("-max_total_time={}", std::max(1, static_cast<int>(seconds))),
      "-print_final_stats=1",
      "-timeout=10",
      "-rss_limit_mb=3072",
      "-malloc_limit_mb=1024",
      "-artifact_prefix=" + artifacts + "/",
      "--gradgrind_night=" + met,
  };
  if (isolate) command.emplace_back("--gradgrind_lever_isolate=on");
  command.insert(command.end(), target.flags.begin(), target.flags.end());
  if (!target.dictionary.empty() && fs::exists(target.dictionary)) {
    command.push_back("-dict=" + target.dictionary);
  }
  command.push_back(folders.corpus);
  command.push_back(folders.seeds);
  return command;
}

// An input that kills a target that is written by hand would end each start.
void take_out_of_corpus(const TargetFolders& folders, const std::string& input) {
  for (const std::string& folder : {folders.corpus, folders.seeds}) {
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
      if (entry.file_size(error) != input.size()) continue;
      if (read_file(entry.path().string()) == input) fs::remove(entry.path(), error);
    }
  }
}

// Unless a stop comes in between, the folder is among the result's afterwards. What a stop leaves
// lies there for the next start.
void take_in_artifacts(const FuzzerEntry& target, const TargetFolders& folders,
                       const std::string& artifacts, const ShouldStop& stop, double seconds,
                       SliceResult& result) {
  std::error_code error;
  std::vector<std::string> paths;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(artifacts, error)) {
    if (entry.is_regular_file(error)) paths.push_back(entry.path().string());
  }
  for (const std::string& path : paths) {
    std::optional<StoredFinding> found = finding_of_artifact(target, path, stop);
    if (stop && stop()) return;
    if (found.has_value()) {
      Meeting meeting{std::move(*found), read_file(path), 1, seconds};
      take_out_of_corpus(folders, meeting.input);
      result.met.push_back(std::move(meeting));
    }
    fs::remove(path, error);
  }
  result.folders.push_back(artifacts);
}

class Slice {
 public:
  Slice(const FuzzerEntry& target, const TargetFolders& folders, const SliceOptions& options,
        const ShouldStop& stop)
      : target_(target), folders_(folders), options_(options), stop_(stop) {
    result_.may_die = options.isolate;
  }

  SliceResult run() {
    const double seconds = options_.seconds;
    while (result_.problem.empty() && seconds - elapsed() >= kShortestRun &&
           result_.deaths < kMostDeaths && !(stop_ && stop_())) {
      if (run_engine(seconds - elapsed())) break;
    }
    result_.seconds = elapsed();
    result_.corpus = count_inputs(folders_.corpus);
    return std::move(result_);
  }

 private:
  double elapsed() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

  // Whether it ran to its end.
  bool run_engine(double seconds);
  void judge_end(const ChildEnd& end, bool has_started, bool has_artifact);

  const FuzzerEntry& target_;
  const TargetFolders& folders_;
  const SliceOptions& options_;
  const ShouldStop& stop_;
  SliceResult result_;
  int failed_starts_ = 0;
  Clock::time_point start_ = Clock::now();
};

bool Slice::run_engine(double seconds) {
  const double begun = elapsed();
  const std::string number = number_of_run();
  const std::string met = folders_.met + "/" + number;
  const std::string artifacts = folders_.artifacts + "/" + number;
  fs::create_directories(artifacts);
  result_.folders.push_back(met);
  std::int64_t executions = 0;
  std::int64_t features_at_start = -1;
  bool has_started = false;
  bool is_silent = false;
  bool has_artifact = false;
  ChildOptions options;
  options.command = command_for(target_, folders_, met, artifacts, seconds, result_.may_die);
  options.seconds = seconds + kGrace;
  options.hear = [&](std::string_view line) {
    if (!artifact_of(line).empty()) has_artifact = true;
    const std::optional<EngineProgress> progress = progress_of(line);
    if (!progress.has_value()) return;
    executions = progress->executions;
    result_.features = progress->features;
    // What the stored corpus shows again is not new.
    if (progress->event == "INITED") features_at_start = progress->features;
    has_started = has_started || progress->event == "INITED";
  };
  options.should_stop = [&] {
    is_silent = !has_started && elapsed() - begun > options_.start_seconds;
    return is_silent || (stop_ && stop_());
  };
  const ChildEnd end = run_child(options);
  result_.executions += executions;
  if (features_at_start >= 0) {
    result_.new_features += std::max<std::int64_t>(0, result_.features - features_at_start);
  }
  if (end.output_bytes > kTalkative) {
    result_.notes.push_back(fmt::format("prints {} MB in one slice, of which only progress is read",
                                        end.output_bytes >> 20));
  }
  take_in_met(target_.name, met, begun, result_);
  const bool has_ended = end.status == 0 && has_started;
  if (is_silent || has_ended) result_.folders.push_back(artifacts);
  if (is_silent) {
    result_.problem = fmt::format("hangs at its start: no input was run in {:.0f} s", end.seconds);
    return true;
  }
  if (end.is_stopped || has_ended) return true;
  if (has_started && !has_artifact) {
    // Killed, or lost in its own handlers: the engine could not say what ran.
    if (const std::optional<std::string> input = current_input(met)) {
      write_file(artifacts + (end.is_late ? "/timeout-current" : "/crash-current"), *input);
    }
  }
  take_in_artifacts(target_, folders_, artifacts, stop_, elapsed(), result_);
  judge_end(end, has_started, has_artifact);
  return false;
}

void Slice::judge_end(const ChildEnd& end, bool has_started, bool has_artifact) {
  if (!end.problem.empty()) {
    result_.problem = end.problem;
    return;
  }
  const std::string how =
      end.signal != 0 ? fmt::format("signal {}", end.signal) : fmt::format("status {}", end.status);
  if (has_started || has_artifact) {
    ++result_.deaths;
    result_.may_die = true;
    if (end.is_late) result_.notes.emplace_back("did not end in time, and was killed");
    return;
  }
  if (++failed_starts_ < kMostFailedStarts) return;
  const std::string said = last_line(end.tail);
  result_.problem =
      fmt::format("ends at its start with {}{}", how, said.empty() ? "" : ": " + said);
}

}  // namespace

void prepare(const FuzzerEntry& target, const TargetFolders& folders,
             std::vector<std::string>& problems) {
  std::error_code error;
  fs::remove_all(folders.seeds, error);
  for (const std::string& folder :
       {folders.corpus, folders.seeds, folders.met, folders.artifacts}) {
    fs::create_directories(folder);
  }
  clean_corpus(folders.corpus, problems);
  copy_inputs(target.seeds, folders.seeds, problems);
  copy_inputs(target.regressions, folders.seeds, problems);
}

SliceResult run_slice(const FuzzerEntry& target, const TargetFolders& folders,
                      const SliceOptions& options, const ShouldStop& stop) {
  return Slice(target, folders, options, stop).run();
}

SliceResult take_in_leftovers(const FuzzerEntry& target, const TargetFolders& folders,
                              const ShouldStop& stop) {
  SliceResult result;
  std::error_code error;
  std::vector<std::string> left;
  for (const fs::directory_entry& entry : fs::directory_iterator(folders.met, error)) {
    left.push_back(entry.path().string());
  }
  for (const std::string& met : left) take_in_met(target.name, met, 0, result);
  take_in_artifacts(target, folders, folders.artifacts, stop, 0, result);
  result.folders.push_back(folders.met);
  return result;
}

void forget(const SliceResult& stored) {
  std::error_code error;
  for (const std::string& folder : stored.folders) fs::remove_all(folder, error);
}

}  // namespace gradgrind::nightly
