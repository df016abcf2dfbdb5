// The parts of a night that need no targets: who runs next, what the engine says, what is kept.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "fuzz/nightly/child_process.h"
#include "fuzz/nightly/engine_output.h"
#include "fuzz/nightly/finding_store.h"
#include "fuzz/nightly/schedule.h"
#include "tests/generators/file_folder.h"

namespace gradgrind::nightly {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// How many of the next `slices` each target gets, when each brings what `yields` says.
std::map<std::size_t, int> shares(Schedule& schedule, const std::vector<std::int64_t>& yields,
                                  int slices) {
  std::map<std::size_t, int> counts;
  for (int i = 0; i < slices; ++i) {
    const std::size_t target = schedule.next().value();
    ++counts[target];
    schedule.done(target, 1, yields[target]);
  }
  return counts;
}

TEST(Schedule, GivesEachTargetAFirstSliceInOrder) {
  Schedule schedule(3, 300, 1);
  EXPECT_EQ(schedule.waiting(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(schedule.next(), i);
    schedule.done(i, 1, 0);
  }
  EXPECT_EQ(schedule.waiting(), 0U);
}

TEST(Schedule, GoesOnWithWhatYieldsAndForgetsNobody) {
  Schedule schedule(3, 300, 1);
  shares(schedule, {0, 100, 1}, 3);
  const std::map<std::size_t, int> next = shares(schedule, {0, 100, 1}, 40);
  EXPECT_GE(next.at(1), 28);
  EXPECT_GE(next.at(0), 4);
  EXPECT_GE(next.at(2), 4);
}

TEST(Schedule, TurnsAwayFromWhatYieldsNoMore) {
  Schedule schedule(2, 300, 1);
  shares(schedule, {100, 10}, 2);
  shares(schedule, {0, 10}, 12);
  EXPECT_GE(shares(schedule, {0, 10}, 12).at(1), 8);
}

TEST(Schedule, RunsATargetOnSeveralCoresOnlyWhereTheyWouldIdle) {
  Schedule two(2, 300, 2);
  EXPECT_EQ(two.next(), 0U);
  EXPECT_EQ(two.next(), 1U);
  EXPECT_FALSE(two.next().has_value());
  Schedule one(1, 300, 2);
  EXPECT_EQ(one.next(), 0U);
  EXPECT_EQ(one.next(), 0U);
}

TEST(Schedule, HasNothingLeftOnceAllAreGivenUp) {
  Schedule schedule(1, 300, 1);
  EXPECT_EQ(schedule.next(), 0U);
  schedule.give_up(0);
  EXPECT_FALSE(schedule.is_empty());
  schedule.done(0, 1, 5);
  EXPECT_TRUE(schedule.is_empty());
  EXPECT_FALSE(schedule.next().has_value());
}

TEST(Schedule, HasSlicesThatOutlastAStartAndLeaveTimeForAll) {
  EXPECT_EQ(Schedule(100, 10, 1).slice_seconds(), 2);
  EXPECT_EQ(Schedule(10, 400, 1).slice_seconds(), 10);
  EXPECT_EQ(Schedule(1, 1e6, 1).slice_seconds(), 300);
  EXPECT_GT(Schedule(0, 100, 2).slice_seconds(), 0);
}

TEST(EngineOutput, IsReadFromItsProgressLines) {
  const auto progress =
      progress_of("#1024\tNEW    cov: 12 ft: 345 corp: 5/60b lim: 4 exec/s: 512 rss: 90Mb L: 3/3");
  ASSERT_TRUE(progress.has_value());
  EXPECT_EQ(progress->event, "NEW");
  EXPECT_EQ(progress->executions, 1024);
  EXPECT_EQ(progress->features, 345);
  EXPECT_EQ(progress->corpus, 5);
  const auto done = progress_of("#7\tDONE   corp: 1/1b exec/s: 0 rss: 9Mb");
  EXPECT_EQ(done->features, 0);
}

TEST(EngineOutput, IsNoProgressInOtherLines) {
  for (const char* line :
       {"", "#", "#x\tNEW", "#12 frames", "INFO: seed corpus", "    #0 0x1 in f"}) {
    EXPECT_FALSE(progress_of(line).has_value()) << line;
  }
}

TEST(EngineOutput, NamesTheArtefact) {
  EXPECT_EQ(artifact_of("artifact_prefix='a/'; Test unit written to a/crash-01"), "a/crash-01");
  EXPECT_EQ(artifact_of("Test unit written elsewhere"), "");
}

StoredFinding finding(const std::string& signature) {
  StoredFinding found;
  found.target = "csv";
  found.signature = signature;
  found.verdict = "partial";
  found.first_seen = "2026-11-23 02:00:00";
  return found;
}

TEST(FindingStore, KeepsTheSmallestInputUntilItIsShrunk) {
  const FileFolder folder;
  FindingStore store(folder.path());
  EXPECT_TRUE(store.keep(finding("csv: partial"), "123456"));
  EXPECT_FALSE(store.keep(finding("csv: partial"), "123"));
  EXPECT_FALSE(store.keep(finding("csv: partial"), "12345"));
  std::vector<std::string> problems;
  const auto one = [&] { return store.of("csv", problems).at(0); };
  EXPECT_EQ(one().input_bytes, 3U);
  StoredFinding shrunk = one();
  shrunk.is_shrunk = true;
  shrunk.summary = "one edit";
  store.replace(shrunk, "1234");
  store.keep(finding("csv: partial"), "1");
  EXPECT_EQ(one().input_bytes, 4U);
  EXPECT_EQ(one().summary, "one edit");
  EXPECT_EQ(one().first_seen, "2026-11-23 02:00:00");
  store.remove(one());
  EXPECT_THAT(store.of("csv", problems), IsEmpty());
  EXPECT_THAT(problems, IsEmpty());
}

TEST(FindingStore, NamesWhatCannotBeReadAndKeepsTheRest) {
  const FileFolder folder;
  FindingStore store(folder.path());
  store.keep(finding("csv: partial"), "1");
  std::ofstream(folder.path() + "/csv/0123.json") << "{";
  std::vector<std::string> problems;
  EXPECT_EQ(store.of("csv", problems).size(), 1U);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_THAT(problems[0], HasSubstr("0123.json: a stored finding that cannot be read"));
}

TEST(ChildProcess, IsHeardLineByLineOnBothStreams) {
  std::vector<std::string> lines;
  ChildOptions options;
  options.command = {"/bin/sh", "-c", "echo one; echo two >&2; printf three; exit 3"};
  options.hear = [&](std::string_view line) { lines.emplace_back(line); };
  const ChildEnd end = run_child(options);
  EXPECT_EQ(end.status, 3);
  EXPECT_EQ(end.signal, 0);
  EXPECT_THAT(lines, ElementsAre("one", "two", "three"));
  EXPECT_EQ(end.tail, "one\ntwo\nthree");
}

TEST(ChildProcess, EndsInTimeWithAllThatItStarted) {
  const FileFolder folder;
  ChildOptions options;
  options.command = {"/bin/sh", "-c", "sleep 100 & echo $! > " + folder.path() + "/pid; wait"};
  options.seconds = 0.3;
  const ChildEnd end = run_child(options);
  EXPECT_TRUE(end.is_late);
  EXPECT_EQ(end.signal, SIGKILL);
  const std::string stat = "/proc/" + std::to_string(std::stoi(folder.read("pid"))) + "/stat";
  // Killed, and gone or waiting for its parent to notice.
  std::string text;
  std::getline(std::ifstream(stat), text);
  EXPECT_TRUE(text.empty() || text.find(") Z") != std::string::npos) << text;
}

TEST(ChildProcess, SaysWhyItCannotBeStarted) {
  ChildOptions options;
  options.command = {"/nowhere/fuzzer"};
  EXPECT_EQ(run_child(options).problem, "/nowhere/fuzzer: No such file or directory");
}

}  // namespace
}  // namespace gradgrind::nightly
