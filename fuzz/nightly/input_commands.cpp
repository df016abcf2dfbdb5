// The commands that hand over to the programs of a target.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "fuzz/nightly/child_process.h"
#include "fuzz/nightly/commands.h"
#include "fuzz/nightly/files.h"
#include "fuzz/nightly/folder_lock.h"
#include "fuzz/nightly/fuzz_manifest.h"
#include "fuzz/nightly/slice.h"
#include "gradgrind/generators/error.h"

namespace gradgrind::nightly {
namespace {

namespace fs = std::filesystem;

constexpr double kMostSecondsToMerge = 3600;

// The last folder of the path that is called like a target.
FuzzerEntry target_of(const Place& place, const InputCommand& command) {
  const std::string manifest = manifest_of(place);
  const std::vector<FuzzerEntry> targets = fuzzers_of_manifest(manifest);
  const auto find = [&](const std::string& name) {
    return std::find_if(targets.begin(), targets.end(),
                        [&](const FuzzerEntry& target) { return target.name == name; });
  };
  if (!command.target.empty()) {
    const auto named = find(command.target);
    if (named != targets.end()) return *named;
    throw UsageError(manifest + " lists no target " + command.target +
                     "; `gradgrind list` names them");
  }
  for (fs::path path = fs::absolute(command.file).lexically_normal(); path.has_relative_path();
       path = path.parent_path()) {
    const auto named = find(path.filename().string());
    if (named != targets.end()) return *named;
  }
  throw UsageError(command.file +
                   " lies in no folder of a target's name; say whose input it is with --target");
}

// Merges into a new folder, and puts it in the place of `folder` once it is complete.
void merge(const FuzzerEntry& target, const std::vector<std::string>& sources,
           const std::string& folder) {
  const std::string merged = folder + ".merged";
  const std::string before = folder + ".before";
  // A merge that was killed between its last two steps.
  if (!fs::exists(folder) && fs::exists(before)) fs::rename(before, folder);
  fs::remove_all(merged);
  fs::create_directories(merged);
  ChildOptions options;
  // Every so many inputs are judged on hostile memory, which another one in their place would be.
  options.command = {target.fuzzer,
                     "-set_cover_merge=1",
                     "-timeout=10",
                     "-rss_limit_mb=3072",
                     "--gradgrind_lever_hostile_memory=0",
                     merged};
  std::int64_t had = 0;
  for (const std::string& source : sources) {
    if (fs::exists(source)) options.command.push_back(source);
    had += count_inputs(source);
  }
  options.seconds = kMostSecondsToMerge;
  const ChildEnd end = run_child(options);
  if (!end.problem.empty() || end.status != 0 || count_inputs(merged) == 0) {
    fs::remove_all(merged);
    throw UsageError(fmt::format("{}: the merge failed, and {} is as it was: {}", target.name,
                                 folder, end.problem.empty() ? end.tail : end.problem));
  }
  fs::remove_all(before);
  if (fs::exists(folder)) fs::rename(folder, before);
  fs::rename(merged, folder);
  fs::remove_all(before);
  std::printf("%s: %lld inputs, of %lld\n", target.name.c_str(),
              static_cast<long long>(count_inputs(folder)), static_cast<long long>(had));
}

}  // namespace

int run_on_input(const Place& place, const InputCommand& command, InputAction action) {
  if (!fs::is_regular_file(command.file))
    throw UsageError(command.file + ": there is no such file");
  const FuzzerEntry target = target_of(place, command);
  std::vector<std::string> words = {target.replay};
  if (action != InputAction::replay) words.emplace_back("--explain");
  if (action == InputAction::shrink) words.push_back("--smallest=" + command.file + ".smallest");
  words.push_back(command.file);
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  std::fflush(nullptr);
  execv(target.replay.c_str(), arguments.data());
  throw UsageError(fmt::format("{}: {}; is it built?", target.replay, std::strerror(errno)));
}

int run_merge(const Place& place, const MergeCommand& command) {
  const std::string folder = folder_of(place);
  const FolderLock lock(folder);
  std::vector<FuzzerEntry> targets = fuzzers_of_manifest(manifest_of(place));
  for (const std::string& name : command.targets) {
    if (std::none_of(targets.begin(), targets.end(),
                     [&](const FuzzerEntry& target) { return target.name == name; })) {
      throw UsageError("there is no target " + name + "; `gradgrind list` names them");
    }
  }
  if (!command.into.empty() && command.targets.size() != 1) {
    throw UsageError("--into takes the corpus of one target; name it");
  }
  for (const FuzzerEntry& target : targets) {
    const bool is_wanted = command.targets.empty() ||
                           std::find(command.targets.begin(), command.targets.end(), target.name) !=
                               command.targets.end();
    const std::string corpus = folder + "/targets/" + target.name + "/corpus";
    if (!is_wanted) continue;
    const bool has_inputs =
        count_inputs(corpus) > 0 || (!command.into.empty() && count_inputs(command.into) > 0);
    if (target.fuzzer.empty() || !has_inputs) {
      if (command.targets.empty()) continue;
      std::printf("%s: nothing to merge: %s\n", target.name.c_str(),
                  has_inputs ? "this build has no fuzzers" : "no night has kept an input of it");
    } else if (command.into.empty()) {
      merge(target, {corpus}, corpus);
    } else {
      merge(target, {command.into, corpus}, command.into);
    }
  }
  return 0;
}

}  // namespace gradgrind::nightly
