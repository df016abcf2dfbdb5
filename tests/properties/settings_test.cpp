// Settings have one name in code, environment and flags.
#include <gmock/gmock.h>
#include <stdlib.h>

#include <tuple>

#include "gradgrind/properties/settings.h"
#include "tests/properties/checking.h"

namespace gradgrind {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

class Variable {
 public:
  Variable(const std::string& name, const std::string& value) : name_(name) {
    setenv(name_.c_str(), value.c_str(), 1);
  }
  ~Variable() { unsetenv(name_.c_str()); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  std::string name_;
};

Settings from_flags(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "program");
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  int argc = static_cast<int>(arguments.size());
  Settings settings;
  apply_flags(settings, &argc, argv.data());
  return settings;
}

// Every member as text, so that a setting which moves another one shows.
std::string as_text(const Settings& settings) {
  return testing::PrintToString(
             std::make_tuple(settings.scale, settings.seed, settings.seconds, settings.findings,
                             settings.shrink_runs, settings.shrink_seconds, settings.explain_runs,
                             settings.explain_seconds, settings.isolate, settings.hang_seconds,
                             settings.memory_gb, settings.folder, settings.regressions)) +
         testing::PrintToString(std::make_tuple(settings.error_budget, settings.replay,
                                                settings.statistics, settings.slowest,
                                                settings.progress));
}

struct Named {
  const char* name;
  const char* value;
  void (*set)(Settings&);
};

class EachSetting : public testing::TestWithParam<Named> {};

TEST_P(EachSetting, HasOneNameInCodeEnvironmentAndFlags) {
  const std::string name = GetParam().name;
  const std::string value = GetParam().value;
  Settings by_member;
  GetParam().set(by_member);
  ASSERT_NE(as_text(by_member), as_text(Settings()));

  Settings by_name;
  apply_setting(by_name, name, value);
  EXPECT_EQ(as_text(by_name), as_text(by_member));

  EXPECT_EQ(as_text(from_flags({"--gradgrind_" + name + "=" + value})), as_text(by_member));

  std::string upper = "GRADGRIND_";
  for (const char letter : name) upper += static_cast<char>(std::toupper(letter));
  const Variable variable(upper, value);
  EXPECT_EQ(as_text(settings_from_environment()), as_text(by_member));
}

const std::vector<Named>& named_settings() {
  static const std::vector<Named> table = {
      {"scale", "2.5", [](Settings& settings) { settings.scale = 2.5; }},
      {"seed", "18446744073709551615", [](Settings& settings) { settings.seed = ~0ULL; }},
      {"seconds", "0.5", [](Settings& settings) { settings.seconds = 0.5; }},
      {"error_budget", "1e-09", [](Settings& settings) { settings.error_budget = 1e-9; }},
      {"findings", "7", [](Settings& settings) { settings.findings = 7; }},
      {"shrink_runs", "0", [](Settings& settings) { settings.shrink_runs = 0; }},
      {"shrink_seconds", "3", [](Settings& settings) { settings.shrink_seconds = 3; }},
      {"explain_runs", "10", [](Settings& settings) { settings.explain_runs = 10; }},
      {"explain_seconds", "2", [](Settings& settings) { settings.explain_seconds = 2; }},
      {"isolate", "false", [](Settings& settings) { settings.isolate = false; }},
      {"hang_seconds", "1", [](Settings& settings) { settings.hang_seconds = 1; }},
      {"memory_gb", "0.25", [](Settings& settings) { settings.memory_gb = 0.25; }},
      {"folder", "found", [](Settings& settings) { settings.folder = "found"; }},
      {"regressions", "kept", [](Settings& settings) { settings.regressions = "kept"; }},
      {"replay", "a=b.safetensors",
       [](Settings& settings) { settings.replay = "a=b.safetensors"; }},
      {"statistics", "1", [](Settings& settings) { settings.statistics = true; }},
      {"slowest", "5", [](Settings& settings) { settings.slowest = 5; }},
      {"progress", "0", [](Settings& settings) { settings.progress = false; }},
  };
  return table;
}

INSTANTIATE_TEST_SUITE_P(All, EachSetting, testing::ValuesIn(named_settings()),
                         [](const auto& test) { return test.param.name; });

TEST(Settings, AreAllListedAndTested) {
  std::vector<std::string> listed;
  for (const SettingInfo& info : known_settings()) {
    listed.push_back(info.name);
    EXPECT_NE(info.help, "") << info.name;
  }
  std::vector<std::string> tested;
  for (const Named& named : named_settings()) tested.emplace_back(named.name);
  EXPECT_EQ(listed, tested);
}

TEST(Settings, ListsDefaultsThatApplyAsTheyStand) {
  for (const SettingInfo& info : known_settings()) {
    Settings settings;
    apply_setting(settings, info.name, info.value);
    EXPECT_EQ(as_text(settings), as_text(Settings())) << info.name;
  }
}

TEST(Settings, AFlagAloneStandsForTrue) {
  EXPECT_TRUE(from_flags({"--gradgrind_statistics"}).statistics);
}

TEST(Settings, LeavesOtherArgumentsWhereTheyAre) {
  std::vector<std::string> arguments = {"program", "--gtest_filter=*", "--gradgrind_seed=9",
                                        "file"};
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  int argc = 4;
  Settings settings;
  apply_flags(settings, &argc, argv.data());
  ASSERT_EQ(argc, 3);
  EXPECT_STREQ(argv[1], "--gtest_filter=*");
  EXPECT_STREQ(argv[2], "file");
  EXPECT_EQ(argv[3], nullptr);
}

TEST(Settings, AnUnknownNameListsTheKnownOnes) {
  Settings settings;
  const std::string text = usage_error([&] { apply_setting(settings, "secnds", "1"); });
  EXPECT_THAT(text, StartsWith("unknown setting 'secnds'; known: "));
  EXPECT_THAT(text, HasSubstr("hang_seconds"));
  EXPECT_THAT(text, HasSubstr("'seconds'?"));
}

TEST(Settings, AnUnknownFlagAndAnUnknownVariableAreErrorsToo) {
  EXPECT_THAT(usage_error([] { from_flags({"--gradgrind_sed=1"}); }),
              StartsWith("--gradgrind_sed: unknown setting 'sed'; known: "));
  const auto with_variable = [](const std::string& name) {
    const Variable variable(name, "1");
    return usage_error([] { settings_from_environment(); });
  };
  EXPECT_THAT(
      with_variable("GRADGRIND_SED"),
      AllOf(StartsWith("environment variable GRADGRIND_SED: unknown setting 'sed'; known: "),
            EndsWith(". Did you mean 'seed'? Else unset it")));
  EXPECT_THAT(
      with_variable("GRADGRIND_HOME"),
      AllOf(StartsWith("environment variable GRADGRIND_HOME: unknown setting 'home'; known: "),
            EndsWith(", progress; unset it")));
}

TEST(Settings, ABadValueNamesTheFlagOrTheVariable) {
  EXPECT_EQ(usage_error([] { from_flags({"--gradgrind_seconds=soon"}); }),
            "--gradgrind_seconds: setting 'seconds' is 'soon'; it must be a number from 0");
  const Variable variable("GRADGRIND_ISOLATE", "perhaps");
  EXPECT_EQ(usage_error([] { settings_from_environment(); }),
            "environment variable GRADGRIND_ISOLATE: setting 'isolate' is 'perhaps'; it must be "
            "true or false");
}

TEST(Settings, AFlagThatLacksItsValueSaysHowToGiveIt) {
  EXPECT_EQ(usage_error([] { from_flags({"--gradgrind_replay"}); }),
            "--gradgrind_replay needs a path: --gradgrind_replay=FILE");
  EXPECT_EQ(usage_error([] { from_flags({"--gradgrind_folder"}); }),
            "--gradgrind_folder needs a path: --gradgrind_folder=FOLDER");
  EXPECT_EQ(usage_error([] { from_flags({"--gradgrind_seed"}); }),
            "--gradgrind_seed needs an integer from 0: --gradgrind_seed=N");
}

struct Bad {
  const char* name;
  const char* value;
  const char* rule;
};

class BadValue : public testing::TestWithParam<Bad> {};

TEST_P(BadValue, IsRefusedWithTheRuleAndChangesNothing) {
  Settings settings;
  EXPECT_EQ(usage_error([&] { apply_setting(settings, GetParam().name, GetParam().value); }),
            std::string("setting '") + GetParam().name + "' is '" + GetParam().value +
                "'; it must be " + GetParam().rule);
  EXPECT_EQ(as_text(settings), as_text(Settings()));
}

INSTANTIATE_TEST_SUITE_P(
    All, BadValue,
    testing::Values(
        Bad{"scale", "0", "a number above 0"}, Bad{"scale", "-1", "a number above 0"},
        Bad{"scale", "nan", "a number above 0"}, Bad{"scale", "", "a number above 0"},
        Bad{"seed", "-1", "an integer from 0"}, Bad{"seed", "1.5", "an integer from 0"},
        Bad{"seed", "18446744073709551616", "an integer from 0"},
        Bad{"seconds", "-0.1", "a number from 0"}, Bad{"seconds", "10s", "a number from 0"},
        Bad{"seconds", " 10", "a number from 0"}, Bad{"error_budget", "0", "a number above 0"},
        Bad{"findings", "0", "an integer from 1"}, Bad{"shrink_runs", "-1", "an integer from 0"},
        Bad{"shrink_seconds", "x", "a number from 0"},
        Bad{"explain_runs", "-1", "an integer from 0"},
        Bad{"explain_seconds", "-1", "a number from 0"}, Bad{"isolate", "yes", "true or false"},
        Bad{"isolate", "", "true or false"}, Bad{"hang_seconds", "0", "a number above 0"},
        Bad{"memory_gb", "0", "a number above 0"}, Bad{"memory_gb", "inf", "a number above 0"},
        Bad{"slowest", "-3", "an integer from 0"}));

}  // namespace
}  // namespace gradgrind
