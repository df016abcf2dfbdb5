// What becomes of inputs that fail: judged in children, replayed, made smaller, kept for the night.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "fuzz/support/engine.h"
#include "fuzz/support/isolation.h"
#include "fuzz/support/known_findings.h"
#include "fuzz/support/night_log.h"
#include "fuzz/support/replay.h"
#include "fuzz/support/shrink_input.h"
#include "tests/generators/file_folder.h"

namespace gradgrind::fuzz {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Not inlined, and not the end of its caller: a name on the stack.
__attribute__((noinline)) void trip_over(volatile int* nothing) { *nothing = 1; }

// Fails of "bad", dies of "deadly" and "corrupt", never ends for "endless".
class Touchy final : public Target {
 public:
  const std::string& name() const override { return name_; }
  std::optional<Failure> run(Bytes input) override {
    const auto has = [&](Bytes word) { return input.find(word) != Bytes::npos; };
    if (has("deadly")) std::abort();
    if (has("corrupt")) trip_over(nullptr);
    if (has("endless")) {
      for (volatile int i = 0;;) i = i + 1;
    }
    if (has("bad")) return Failure{"is bad", "touchy: is bad", "it is bad"};
    return std::nullopt;
  }
  Explanation explain(Bytes input) override {
    return {std::string(input), run(input).has_value() ? "bad" : "fine"};
  }

 private:
  std::string name_ = "touchy";
};

constexpr WorkerLimits kLimits{/*hang_seconds=*/0.3, /*memory_gb=*/4};

TEST(Isolation, SurvivesWhatItRunsAndSaysWhereItDied) {
  Touchy target;
  Isolation isolation(target, kLimits);
  EXPECT_FALSE(isolation.run("fine").has_value());
  EXPECT_EQ(isolation.run("bad")->report, "it is bad");
  const std::optional<Failure> abort = isolation.run("deadly");
  EXPECT_EQ(abort->verdict, "dies");
  EXPECT_THAT(abort->signature, HasSubstr("touchy: dies: abort"));
  const std::optional<Failure> fault = isolation.run("corrupt");
  EXPECT_THAT(fault->signature, HasSubstr("touchy: dies: segmentation fault, in "));
  EXPECT_THAT(fault->signature, HasSubstr("trip_over"));
  EXPECT_EQ(isolation.run("endless")->signature, "touchy: hangs");
  EXPECT_FALSE(isolation.run("fine again").has_value());
}

TEST(Replay, NamesWhatFailsDiesAndIsNotThere) {
  const FileFolder folder;
  folder.write("a_sound", "fine");
  folder.write("b_fails", "bad");
  folder.write("c_dies", "deadly");
  folder.write("d_sound", "fine");
  Touchy target;
  const ReplayResult result = replay({folder.path(), folder.path() + "/gone"}, target, {});
  EXPECT_EQ(result.inputs, 4);
  ASSERT_EQ(result.failures.size(), 2U);
  EXPECT_EQ(result.failures[0].path, folder.path() + "/b_fails");
  EXPECT_EQ(result.failures[0].failure.report, "it is bad");
  EXPECT_EQ(result.failures[1].path, folder.path() + "/c_dies");
  EXPECT_EQ(result.failures[1].failure.verdict, "dies");
  EXPECT_THAT(result.missing, ElementsAre(folder.path() + "/gone"));
}

TEST(Replay, NamesAnInputThatHangs) {
  const FileFolder folder;
  folder.write("endless", "endless");
  ReplayOptions options;
  options.seconds = 0.3;
  Touchy target;
  const ReplayResult result = replay({folder.path()}, target, options);
  ASSERT_EQ(result.failures.size(), 1U);
  EXPECT_THAT(result.failures[0].failure.report, HasSubstr("no end after 0.3 s"));
}

TEST(ShrinkInput, FindsTheBytesThatMatter) {
  Touchy target;
  const auto bad = shrink_input(target, "a long text with a bad word in it", kLimits);
  EXPECT_EQ(bad->input, "bad");
  EXPECT_EQ(bad->explanation.summary, "bad");
  EXPECT_EQ(bad->explanation.report, "bad");
}

TEST(ShrinkInput, ShrinksWhatKillsAndKeepsToItsSignature) {
  Touchy target;
  // "bad" fails too, and is shorter, but in another way.
  const auto deadly = shrink_input(target, "bad bad deadly", kLimits);
  EXPECT_EQ(deadly->input, "deadly");
  EXPECT_THAT(deadly->explanation.report, HasSubstr("abort"));
}

TEST(ShrinkInput, HasNothingToShrinkInAnInputThatPasses) {
  Touchy target;
  EXPECT_FALSE(shrink_input(target, "fine", kLimits).has_value());
}

TEST(ShrinkBytes, DropsWhatItCanAndClearsTheRest) {
  const FailsAlike has_seven_bytes_and_an_x = [](Bytes input) {
    return input.size() >= 7 && input.find('x') != Bytes::npos;
  };
  const std::string smallest = shrink_bytes("abcdefghijklmnopqrstuvwxyz", has_seven_bytes_and_an_x);
  EXPECT_EQ(smallest.size(), 7U);
  EXPECT_EQ(std::count(smallest.begin(), smallest.end(), '\0'), 6);
}

TEST(KnownFinding, PatternsCoverTheWholeText) {
  EXPECT_TRUE(matches("a: dies*", "a: dies: abort, in f"));
  EXPECT_TRUE(matches("a: * in f", "a: dies in g in f"));
  EXPECT_TRUE(matches("*", ""));
  EXPECT_FALSE(matches("a: dies", "a: dies: abort"));
  EXPECT_FALSE(matches("a*b", "acbc"));
  EXPECT_FALSE(matches("", "a"));
}

TEST(KnownFinding, IsReadWithItsReason) {
  const FileFolder folder;
  folder.write("known.json", R"([{"signature": "a: *", "reason": "old", "ends_with": null},
                                {"signature": "b", "reason": "new", "ends_with": "LibTorch 2.6"}])");
  const auto known = read_known_findings(folder.path() + "/known.json");
  EXPECT_EQ(find_known(known, "a: dies")->reason, "old");
  EXPECT_EQ(find_known(known, "b")->ends_with, "LibTorch 2.6");
  EXPECT_EQ(find_known(known, "c"), nullptr);
  EXPECT_TRUE(read_known_findings(folder.path() + "/gone.json").empty());
}

TEST(KnownFinding, IsRefusedWithoutAReasonAndInAFileThatIsNoList) {
  const FileFolder folder;
  folder.write("known.json", R"([{"signature": "a"}])");
  const auto read = [&] { read_known_findings(folder.path() + "/known.json"); };
  EXPECT_THAT(usage_error(read), HasSubstr("known.json: entry 1 lacks a signature or a reason"));
  folder.write("known.json", "{}");
  EXPECT_THAT(usage_error(read), HasSubstr("known.json: holds no list of known findings"));
  folder.write("known.json", "[");
  EXPECT_THAT(usage_error(read), HasSubstr("known.json: "));
}

TEST(NightLog, KeepsTheSmallestInputOfEachSignatureAndCountsAll) {
  const FileFolder folder;
  const Failure failure{"is bad", "touchy: is bad", "it is bad"};
  NightLog log(folder.path());
  log.meet(failure, "a bad word");
  log.meet(failure, "bad");
  log.meet(failure, "another bad word");
  log.meet({"dies", "touchy: dies", "it dies"}, "deadly");
  log.count_damage("payload cut", false);
  log.count_damage("payload cut", true);
  log.write_status();

  EXPECT_TRUE(log.has_met("touchy: is bad"));
  EXPECT_FALSE(log.has_met("touchy: hangs"));
  const std::string key = "findings/" + key_of("touchy: is bad");
  EXPECT_EQ(folder.read(key + "/input"), "bad");
  EXPECT_EQ(nlohmann::json::parse(folder.read(key + "/finding.json")).at("report"), "it is bad");
  const auto status =
      nlohmann::json::parse(folder.read("status/" + std::to_string(getpid()) + ".json"));
  EXPECT_EQ(status["findings"]["touchy: is bad"]["times"], 3);
  EXPECT_EQ(status["findings"]["touchy: dies"]["times"], 1);
  EXPECT_EQ(status["damage"]["payload cut"]["inputs"], 2);
  EXPECT_EQ(status["damage"]["payload cut"]["accepted"], 1);
}

TEST(NightLog, SaysWhyItsFolderCannotBeWritten) {
  const auto open = [] { NightLog("/proc/nothing/here"); };
  EXPECT_THAT(usage_error(open),
              HasSubstr("--gradgrind_night=/proc/nothing/here: the folder cannot be written"));
}

}  // namespace
}  // namespace gradgrind::fuzz
