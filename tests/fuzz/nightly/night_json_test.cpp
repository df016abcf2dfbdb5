// A night is written as JSON, and read back equal.
#include "fuzz/nightly/night_json.h"

#include <gmock/gmock.h>

#include <string>

#include "fuzz/nightly/plain_text.h"
#include "tests/fuzz/nightly/sample_night.h"
#include "tests/generators/file_folder.h"

namespace gradgrind::nightly {
namespace {

using testing::HasSubstr;

Night read_back(const Night& night) { return night_from_json(to_json(night), "report.json"); }

std::string refusal(const std::string& text) {
  return usage_error([&] { night_from_json(text, "night/report.json"); });
}

/// The JSON of the rich night with one piece of it replaced.
std::string changed(const std::string& from, const std::string& to) {
  std::string text = to_json(rich_night());
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(NightJson, ReadsBackEqual) {
  for (const Night& night : {rich_night(), empty_night()}) {
    EXPECT_EQ(to_json(read_back(night)), to_json(night));
  }
}

TEST(NightJson, KeepsEachFieldOfAFinding) {
  const NightFinding written = rich_night().findings[2];
  const NightFinding read = read_back(rich_night()).findings[2];
  EXPECT_EQ(read.target, written.target);
  EXPECT_EQ(read.verdict, written.verdict);
  EXPECT_EQ(read.signature, written.signature);
  EXPECT_EQ(read.state, written.state);
  EXPECT_EQ(read.is_from_this_night, written.is_from_this_night);
  EXPECT_EQ(read.reason, written.reason);
  EXPECT_EQ(read.summary, written.summary);
  EXPECT_EQ(read.report, written.report);
  EXPECT_EQ(read.input, written.input);
  EXPECT_EQ(read.input_bytes, written.input_bytes);
  EXPECT_EQ(read.replay, written.replay);
  EXPECT_EQ(read.times_met, written.times_met);
  EXPECT_EQ(read.seconds_to_first, written.seconds_to_first);
  EXPECT_EQ(read.first_seen, written.first_seen);
  EXPECT_EQ(read.source, written.source);
}

TEST(NightJson, KeepsEachFieldOfATarget) {
  const TargetNight written = rich_night().targets[0];
  const TargetNight read = read_back(rich_night()).targets[0];
  EXPECT_EQ(read.name, written.name);
  EXPECT_EQ(read.kind, written.kind);
  EXPECT_EQ(read.seconds, written.seconds);
  EXPECT_EQ(read.executions, written.executions);
  EXPECT_EQ(read.executions_per_second, written.executions_per_second);
  EXPECT_EQ(read.corpus, written.corpus);
  EXPECT_EQ(read.deaths, written.deaths);
  EXPECT_EQ(read.problem, written.problem);
  ASSERT_EQ(read.curve.size(), written.curve.size());
  EXPECT_EQ(read.curve.back().seconds, written.curve.back().seconds);
  EXPECT_EQ(read.curve.back().executions, written.curve.back().executions);
  EXPECT_EQ(read.curve.back().features, written.curve.back().features);
  EXPECT_EQ(read.curve.back().findings, written.curve.back().findings);
  ASSERT_EQ(read.damage.size(), written.damage.size());
  EXPECT_EQ(read.damage[2].name, "cell not a number");
  EXPECT_EQ(read.damage[2].inputs, 9110422);
  EXPECT_EQ(read.damage[2].accepted, 1204);
  EXPECT_EQ(read.damage[2].refused, 9109218);
}

TEST(NightJson, KeepsEachFieldOfTheNight) {
  const Night read = read_back(rich_night());
  EXPECT_EQ(read.started, "2026-11-23 02:00:00");
  EXPECT_EQ(read.seconds, 28800);
  EXPECT_EQ(read.budget, 28800);
  EXPECT_EQ(read.cores, 2);
  EXPECT_EQ(read.starts, 2);
  EXPECT_EQ(read.versions, rich_night().versions);
  EXPECT_EQ(read.problems, rich_night().problems);
  EXPECT_EQ(read.curve.size(), rich_night().curve.size());
}

TEST(NightJson, KeepsTextsThatAreNoTextAndNumbersThatAreNone) {
  Night night = hostile_night();
  night.findings.resize(1);
  const std::string json = to_json(night);
  EXPECT_TRUE(is_utf8(json));
  const Night read = night_from_json(json, "report.json");
  EXPECT_EQ(read.versions, night.versions);
  EXPECT_EQ(read.findings[0].report, night.findings[0].report);
  EXPECT_TRUE(read.seconds != read.seconds);
  EXPECT_EQ(read.budget, night.budget);
  EXPECT_EQ(to_json(read), json);
}

TEST(NightJson, PutsAListOfNumbersOnALineAndLeavesTextsAlone) {
  Night night;
  night.curve = {{0, 1, 2, 3}, {1.5, 4, 5, 6}};
  night.problems = {"[1,\n 2]", "a \"quoted [3,  4]\\", "[5,  6]"};
  const std::string json = to_json(night);
  EXPECT_THAT(json, HasSubstr("\"executions\": [1, 4],\n"));
  EXPECT_EQ(night_from_json(json, "report.json").problems, night.problems);
}

TEST(NightJson, SaysWhereAForeignTextIsNoNight) {
  EXPECT_THAT(refusal(""), HasSubstr("night/report.json: the text is not valid JSON in UTF-8"));
  EXPECT_THAT(refusal(to_json(rich_night()).substr(0, 900)), HasSubstr("is not valid JSON"));
  EXPECT_THAT(refusal("[]"), HasSubstr("night is a list, expected an object"));
  EXPECT_THAT(refusal("{}"), HasSubstr("night has no \"format\""));
  EXPECT_THAT(refusal("{\"format\": \"x\"}"),
              HasSubstr("night.format is \"x\", expected \"gradgrind-night\""));
  EXPECT_THAT(refusal(changed("\"version\": 1", "\"version\": 2")),
              HasSubstr("night.version is 2, expected 1"));
  EXPECT_THAT(refusal(changed("\"state\": \"known\"", "\"state\": \"gone\"")),
              HasSubstr("night.findings[3].state is \"gone\""));
  EXPECT_THAT(refusal(changed("\"kind\": \"suite\"", "\"kind\": 7")),
              HasSubstr("night.targets[14].kind is 7"));
  EXPECT_THAT(refusal(changed("\"cores\": 2", "\"cores\": 3000000000")),
              HasSubstr("night.cores is 3000000000, expected an integer of 32 bits"));
  EXPECT_THAT(
      refusal(changed("\"started\": \"2026-11-23 02:00:00\"", "\"started\": {\"hex\": \"0g\"}")),
      HasSubstr("night.started.hex is \"0g\", expected pairs of hexadecimal digits"));
  EXPECT_THAT(refusal(changed("   \"seconds\": [", "   \"seconds\": [0.5, ")),
              HasSubstr("as in night.targets[0].curve.seconds"));
}

}  // namespace
}  // namespace gradgrind::nightly
