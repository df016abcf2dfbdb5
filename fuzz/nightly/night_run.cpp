#include "fuzz/nightly/night_run.h"

#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <optional>
#include <random>
#include <thread>

#include "fuzz/nightly/files.h"
#include "fuzz/nightly/fixed_findings.h"
#include "fuzz/nightly/folder_lock.h"
#include "fuzz/nightly/night_json.h"
#include "fuzz/nightly/night_state.h"
#include "fuzz/nightly/night_targets.h"
#include "fuzz/nightly/plain_text.h"
#include "fuzz/nightly/schedule.h"
#include "fuzz/nightly/slice_text.h"
#include "fuzz/nightly/triage.h"
#include "fuzz/nightly/write_reports.h"
#include "gradgrind/generators/error.h"

namespace gradgrind::nightly {
namespace {

namespace fs = std::filesystem;

constexpr double kShareForShrinking = 0.15;
constexpr double kMostForShrinking = 900;
constexpr double kShareForReplays = 0.1;
constexpr double kShortestSlice = 2;
constexpr double kShareOfASuite = 0.2;  // of the night, at most
constexpr std::uintmax_t kLeastSpace = 16 << 20;

// The machine may have more: in a container, or under taskset.
int usable_cores() {
  cpu_set_t usable;
  if (sched_getaffinity(0, sizeof usable, &usable) == 0) return CPU_COUNT(&usable);
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

class NightRun {
 public:
  explicit NightRun(const NightOptions& options)
      : options_(options),
        targets_(fuzzers_to_run(options.manifest, options.only, options.flags)),
        suites_(suites_to_run(options.manifest, options.only)) {}

  Night run();

 private:
  void open_state();
  void prepare_targets();
  void fuzz_until(double end);
  void work(Schedule& schedule, double end);
  bool run_a_suite(double end);
  void shrink_findings();
  void check_space();

  void say(const std::string& line) const {
    if (!options_.say) return;
    const std::lock_guard<std::mutex> lock(say_mutex_);
    options_.say(line);
  }
  bool should_stop() const {
    return has_failed_ || (options_.stop != nullptr && options_.stop->load());
  }
  bool is_over(double end) const { return should_stop() || state_->elapsed() >= end; }
  TargetFolders folders_of(const FuzzerEntry& target) const {
    return TargetFolders(options_.folder + "/targets/" + target.name);
  }
  int jobs() const { return options_.jobs > 0 ? options_.jobs : usable_cores(); }
  /// Runs `work` on all cores; what it throws ends the night, not the process.
  template <class Work>
  void on_all_cores(Work work);

  NightOptions options_;
  std::vector<FuzzerEntry> targets_;
  std::vector<SuiteEntry> suites_;
  std::unique_ptr<NightState> state_;
  std::vector<char> may_die_;  ///< By target; each is written by the thread that runs it.
  std::size_t next_suite_ = 0;
  std::atomic<bool> has_failed_{false};
  std::mutex mutex_;
  mutable std::mutex say_mutex_;
};

void NightRun::open_state() {
  const std::string unfinished = options_.folder + "/unfinished.json";
  Night night;
  night.started = now_text();
  night.budget = options_.seconds;
  night.cores = jobs();
  std::string problem;
  if (!options_.starts_anew && fs::exists(unfinished)) {
    try {
      night = night_from_json(read_file(unfinished), unfinished);
      ++night.starts;
      say(fmt::format("goes on with the night of {}, of which {} are left", night.started,
                      duration(std::max(0.0, night.budget - night.seconds))));
    } catch (const UsageError& error) {
      problem = std::string("the interrupted night cannot be gone on with: ") + error.what();
    }
  }
  night.versions = versions_of(targets_);
  state_ = std::make_unique<NightState>(options_.folder, std::move(night));
  if (!problem.empty()) state_->note_problem(problem);
}

void NightRun::prepare_targets() {
  may_die_.assign(targets_.size(), 0);
  const double replays_end = state_->elapsed() + kShareForReplays * state_->budget();
  for (const FuzzerEntry& target : targets_) {
    std::vector<std::string> problems;
    prepare(target, folders_of(target), problems);
    for (const std::string& problem : problems) state_->note_problem(problem);
    const SliceResult left =
        take_in_leftovers(target, folders_of(target), [this] { return should_stop(); });
    if (!left.met.empty()) state_->take_in(target, left);
    forget(left);
    if (state_->starts() > 1 || is_over(replays_end)) continue;
    for (const std::string& fixed :
         promote_fixed(target, *state_, [&] { return is_over(replays_end); })) {
      say("fixed: " + fixed);
    }
  }
}

template <class Work>
void NightRun::on_all_cores(Work work) {
  std::vector<std::thread> threads;
  for (int i = 0; i < jobs(); ++i) {
    threads.emplace_back([&] {
      try {
        work();
      } catch (const std::exception& error) {
        if (!has_failed_.exchange(true)) {
          state_->note_problem(std::string("the night ended early: ") + error.what());
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

void NightRun::fuzz_until(double end) {
  const double left = std::max(0.0, end - state_->elapsed());
  Schedule schedule(targets_.size(), left * jobs(), jobs());
  for (std::size_t i = 0; i < targets_.size(); ++i) {
    schedule.resume(i, state_->seconds_of(targets_[i].name));
  }
  on_all_cores([&] { work(schedule, end); });
  if (schedule.waiting() > 0 && !should_stop()) {
    state_->note_problem(fmt::format(
        "{} of {} targets were not run: {} is too little for all; a target takes {} at least",
        schedule.waiting(), targets_.size(), duration(state_->budget()),
        duration(schedule.slice_seconds())));
  }
}

void NightRun::work(Schedule& schedule, double end) {
  while (!is_over(end - kShortestSlice)) {
    check_space();
    if (run_a_suite(end)) continue;
    std::optional<std::size_t> chosen;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      chosen = schedule.next();
    }
    if (!chosen.has_value()) {
      // All run on other cores, or have been given up.
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
      const std::lock_guard<std::mutex> lock(mutex_);
      if (schedule.is_empty()) return;
      continue;
    }
    const FuzzerEntry& target = targets_[*chosen];
    const double seconds = std::min(schedule.slice_seconds(), end - state_->elapsed());
    const SliceResult slice = run_slice(target, folders_of(target),
                                        {seconds, options_.start_seconds, may_die_[*chosen] != 0},
                                        [this] { return should_stop(); });
    const std::vector<std::string> fresh = state_->take_in(target, slice);
    forget(slice);
    const double share = state_->elapsed() / state_->budget();
    for (const std::string& line : slice_lines(target, slice, fresh, share)) say(line);
    const std::lock_guard<std::mutex> lock(mutex_);
    may_die_[*chosen] = slice.may_die ? 1 : 0;
    schedule.done(*chosen, slice.seconds, slice.new_features);
    if (!slice.problem.empty()) schedule.give_up(*chosen);
  }
}

bool NightRun::run_a_suite(double end) {
  std::size_t chosen = 0;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (next_suite_ == suites_.size()) return false;
    chosen = next_suite_++;
  }
  const SuiteEntry& suite = suites_[chosen];
  if (state_->seconds_of(suite.name) > 0) return true;  // before the interruption
  const double share = std::max(60.0, kShareOfASuite * state_->budget());
  const SuiteResult result =
      run_suite(suite, std::random_device()(), std::min(share, end - state_->elapsed()),
                [this] { return should_stop(); });
  const std::vector<std::string> fresh = state_->take_in(suite, result);
  say(fmt::format("{:>3.0f} %  {}: {}, {}", 100 * state_->elapsed() / state_->budget(), suite.name,
                  counted(result.tests, "test"),
                  counted(static_cast<long long>(fresh.size()), "new finding")));
  return true;
}

void NightRun::shrink_findings() {
  struct Task {
    const FuzzerEntry* target;
    StoredFinding found;
  };
  std::vector<Task> tasks;
  for (const FuzzerEntry& target : targets_) {
    for (StoredFinding& found : state_->unshrunk(target.name)) {
      tasks.push_back({&target, std::move(found)});
    }
  }
  if (tasks.empty()) return;
  say(fmt::format("shrinks {}", counted(static_cast<long long>(tasks.size()), "finding")));
  std::atomic<std::size_t> next{0};
  std::atomic<std::size_t> done{0};
  on_all_cores([&] {
    for (std::size_t i = next++; i < tasks.size() && !is_over(state_->budget()); i = next++) {
      const std::string problem = shrink_stored(*tasks[i].target, tasks[i].found, state_->store(),
                                                [this] { return is_over(state_->budget()); });
      if (problem.empty()) ++done;
    }
  });
  if (done < tasks.size()) {
    state_->note_problem(
        fmt::format("{} of {} new findings are not shrunk yet; the next night, or "
                    "`gradgrind shrink`, does it",
                    tasks.size() - done, tasks.size()));
  }
}

void NightRun::check_space() {
  std::error_code error;
  const fs::space_info space = fs::space(options_.folder, error);
  if (!error && space.available < kLeastSpace) {
    throw UsageError(fmt::format("the disk of {} has {} MB left, and a night needs {}",
                                 options_.folder, space.available >> 20, kLeastSpace >> 20));
  }
}

Night NightRun::run() {
  if (targets_.empty() && suites_.empty()) throw nothing_to_run(options_.manifest, options_.only);
  std::error_code error;
  fs::create_directories(options_.folder, error);
  if (error) throw UsageError(options_.folder + ": " + error.message());
  const FolderLock lock(options_.folder);
  open_state();
  state_->save();
  const double budget = state_->budget();
  say(fmt::format("{} and {}, {} on {}", counted(static_cast<long long>(targets_.size()), "target"),
                  counted(static_cast<long long>(suites_.size()), "suite"), duration(budget),
                  counted(jobs(), "core")));
  prepare_targets();
  fuzz_until(budget - std::min(kShareForShrinking * budget, kMostForShrinking));
  shrink_findings();
  Night night = state_->finished(targets_, suites_);
  write_reports(night, options_.folder + "/report");
  fs::remove(options_.folder + "/unfinished.json", error);
  return night;
}

}  // namespace

Night run_night(const NightOptions& options) { return NightRun(options).run(); }

int exit_status(const Night& night) {
  const auto is_fresh = [](const NightFinding& f) { return f.state == FindingState::fresh; };
  const auto has_problem = [](const TargetNight& target) { return !target.problem.empty(); };
  if (std::any_of(night.findings.begin(), night.findings.end(), is_fresh)) return 1;
  return std::any_of(night.targets.begin(), night.targets.end(), has_problem) ? 3 : 0;
}

}  // namespace gradgrind::nightly
