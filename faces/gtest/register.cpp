#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <vector>

#include "faces/gtest/listener.h"
#include "faces/gtest/mutate.h"
#include "gradgrind/generators/case_file.h"
#include "gradgrind/generators/case_text.h"
#include "gradgrind/gtest.h"
#include "properties/report.h"
#include "properties/statistics.h"
#include "properties/supervisor.h"

namespace gradgrind {
namespace {

std::string joined(const std::vector<std::string>& parts, const char* between) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : between) + part;
  return text;
}

// A test that fails with one text.
class FailingTest : public testing::Test {
 public:
  FailingTest(Location location, std::string text) : location_(location), text_(std::move(text)) {}
  void TestBody() override { ADD_FAILURE_AT(location_.file, location_.line) << text_; }

 private:
  Location location_;
  std::string text_;
};

// One property of one contract.
class PropertyTest : public testing::Test {
 public:
  PropertyTest(Contract contract, Property property, std::shared_ptr<Supervisor> supervisor)
      : contract_(std::move(contract)),
        property_(std::move(property)),
        supervisor_(std::move(supervisor)) {}

  void TestBody() override {
    const PropertyResult result = supervisor_->run(property_);
    announce_result(result);
    record(result);
    if (result.out_of_time) {
      print_note("out of time after " + std::to_string(result.cases + result.discarded) + " of " +
                 std::to_string(result.planned) + " cases; --gradgrind_seconds gives it more");
    }
    for (const std::string& warning : result.warnings) print_note("warning: " + warning);
    if (process_settings().statistics) {
      print_note(std::to_string(result.cases) + " cases\n" +
                 statistics_text(result.statistics, result.cases));
    }
    if (result.outcome == Outcome::holds && !result.reason.empty()) print_note(result.reason);
    // One failure for all: with --gtest_throw_on_failure nothing runs after the first.
    const Location location = contract_.data().location;
    const std::string failure = failure_text(result);
    if (!failure.empty()) ADD_FAILURE_AT(location.file, location.line) << failure;
    if (result.outcome == Outcome::not_run) GTEST_SKIP() << "not run: " << result.reason;
    if (result.outcome == Outcome::not_applicable || result.outcome == Outcome::discarded) {
      GTEST_SKIP() << result.reason;
    }
  }

 private:
  static void record(const PropertyResult& result) {
    RecordProperty("cases", result.cases);
    RecordProperty("discarded", result.discarded);
    RecordProperty("seed", std::to_string(process_settings().seed));
    std::string statistics;
    for (const auto& [facet, count] : result.statistics) {
      statistics += (statistics.empty() ? "" : "; ") + facet + ": " + std::to_string(count);
    }
    RecordProperty("statistics", statistics);
    std::string paths;
    for (const Finding& finding : result.findings) {
      paths += (paths.empty() ? "" : "; ") + finding.path;
    }
    if (!paths.empty()) RecordProperty("finding", paths);
  }

  static std::string failure_text(const PropertyResult& result) {
    const bool on_terminal = isatty(STDOUT_FILENO) != 0;
    std::string text = result.error;
    for (const Finding& finding : result.findings) {
      text +=
          (text.empty() ? "" : "\n") + (on_terminal ? coloured(finding.report) : finding.report);
    }
    return text;
  }

  Contract contract_;
  Property property_;
  std::shared_ptr<Supervisor> supervisor_;
};

// What GRADGRIND_TEST was given, in order.
std::vector<Contract>& contracts() {
  static std::vector<Contract> registered;
  return registered;
}

// Judges the stored case in this process: no child, no shrinking, so that a debugger stops there.
class ReplayTest : public testing::Test {
 public:
  explicit ReplayTest(std::string path) : path_(std::move(path)) {}

  void TestBody() override {
    try {
      replay();
    } catch (const UsageError& error) {
      FAIL() << error.what();
    }
  }

 private:
  const Contract& contract_of(const CaseFile& file) const {
    if (file.contract.empty()) {
      throw UsageError(path_ +
                       ": names no contract, as save_case() leaves it; call "
                       "gg::replay_file(contract, \"" +
                       path_ + "\", property)");
    }
    std::vector<std::string> known;
    for (const Contract& contract : contracts()) {
      if (contract.name() == file.contract) return contract;
      known.push_back(contract.name());
    }
    throw UsageError(path_ + ": a case of the contract " + file.contract +
                     ", which no GRADGRIND_TEST of this program names; " +
                     (known.empty() ? "there is none" : "there are " + joined(known, ", ")));
  }

  void replay() const {
    const CaseFile file = read_case_file(path_);
    const Contract& contract = contract_of(file);
    const std::string name = contract.name() + "." + file.identity.property;
    const Verdict verdict = replay_file(contract, path_);
    if (verdict.outcome == Outcome::holds) print_note(name + " holds for " + path_);
    if (verdict.outcome == Outcome::discarded || verdict.outcome == Outcome::not_applicable) {
      GTEST_SKIP() << name << ": " << verdict.reason;
    }
    if (!verdict.is_failure()) return;
    std::string text = name + " fails";
    for (const std::string& part :
         {verdict.evidence.message, verdict.evidence.worst, verdict.evidence.bound}) {
      if (!part.empty()) text += "\n" + part;
    }
    ADD_FAILURE_AT(contract.data().location.file, contract.data().location.line)
        << text << "\n\n"
        << describe(file.content);
  }

  std::string path_;
};

// What --gradgrind_mutate makes of this run; nothing without it.
std::optional<MutateCommand>& mutate_command() {
  static std::optional<MutateCommand> command;
  return command;
}

// Fails before the first test, so that none runs under settings that nobody asked for.
class WrongSettings : public testing::Environment {
 public:
  explicit WrongSettings(std::string text) : text_(std::move(text)) {}
  void SetUp() override { FAIL() << text_; }

 private:
  std::string text_;
};

template <class Make>
void register_test(const std::string& suite, const std::string& test, Location location,
                   Make make) {
  testing::RegisterTest(suite.c_str(), test.c_str(), nullptr, nullptr, location.file, location.line,
                        [make]() -> testing::Test* { return make(); });
}

// Flags of this process, whatever its main() does with them.
std::vector<std::string> arguments() {
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  std::vector<std::string> list;
  for (std::string argument; std::getline(file, argument, '\0');) list.push_back(argument);
  return list;
}

// Restricts this run to one test, unless --gtest_filter says otherwise.
void run_only(const std::string& test) {
  if (GTEST_FLAG_GET(filter).empty()) {
    // GoogleTest's flags are not initialised yet; their defaults come from the environment.
    setenv("GTEST_FILTER", test.c_str(), /*overwrite=*/1);
  } else {
    GTEST_FLAG_SET(filter, test);
  }
}

std::map<std::string, Location>& registered() {
  static std::map<std::string, Location> names;
  return names;
}

// Why the contract cannot be tested, or empty.
std::string impossible(const Contract& contract) {
  const Location location = contract.data().location;
  const auto [known, is_new] = registered().emplace(contract.name(), location);
  if (!is_new) {
    return "two contracts are named " + contract.name() + ": the other one stands at " +
           known->second.file + ":" + std::to_string(known->second.line) + "; rename one";
  }
  return joined(contract.problems(), "\n");
}

}  // namespace

bool detail::read_settings() {
  static const bool is_done = [] {
    install_assertion_interceptor(intercept_assertions);
    Settings settings;
    try {
      settings = settings_from_environment();
      std::vector<std::string> texts = arguments();
      mutate_command() = take_mutate_command(texts);
      std::vector<char*> pointers;
      for (std::string& text : texts) pointers.push_back(text.data());
      pointers.push_back(nullptr);
      int count = static_cast<int>(texts.size());
      apply_flags(settings, &count, pointers.data());
    } catch (const UsageError& error) {
      const std::string text = error.what();
      testing::AddGlobalTestEnvironment(new WrongSettings(text));  // owned by GoogleTest
      // GoogleTest lists every test that a failed environment skips; without a filter, list one.
      const Location nowhere{"settings", 0};
      register_test("Gradgrind", "settings_are_valid", nowhere,
                    [=] { return new FailingTest(nowhere, text); });
      run_only("Gradgrind.settings_are_valid");
      mutate_command().reset();
      settings = {};
    }
    set_settings(settings);
    if (!settings.replay.empty()) {
      const std::string path = settings.replay;
      register_test("Gradgrind", "replay", {__FILE__, __LINE__},
                    [path] { return new ReplayTest(path); });
      run_only("Gradgrind.replay");
    }
    if (mutate_command().has_value()) {
      register_test("Gradgrind", "mutates_a_contract", {__FILE__, __LINE__},
                    [] { return new MutatesAContractTest(*mutate_command(), contracts()); });
      run_only(tests_of(*mutate_command()));
    }
    return true;
  }();
  return is_done;
}

bool register_tests(const Contract& contract, Location location) {
  detail::read_settings();
  const std::string problem = impossible(contract);
  if (!problem.empty()) {
    register_test(contract.name(), "contract_is_possible", location,
                  [=] { return new FailingTest(location, problem); });
    return true;
  }
  contracts().push_back(contract);
  offer_replay(contract.name());
  if (!process_settings().replay.empty()) return true;
  if (mutate_command().has_value()) {
    register_test(contract.name(), "mutation_score", location,
                  [=] { return new MutationTest(*mutate_command(), contract); });
    return true;
  }
  const Suite suite = suite_of(contract);
  auto supervisor = std::make_shared<Supervisor>(contract, suite, process_settings());
  std::vector<std::string> ruled_out;
  int count = 0;
  for (const Property& property : suite) {
    const std::string reason = property.ruled_out != nullptr ? property.ruled_out(contract) : "";
    if (!reason.empty()) {
      ruled_out.push_back(property.name + ": " + reason);
      continue;
    }
    ++count;
    register_test(contract.name(), property.name, location,
                  [=] { return new PropertyTest(contract, property, supervisor); });
  }
  announce_contract(contract.name(), count, ruled_out);
  return true;
}

}  // namespace gradgrind
