#include <unistd.h>

#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <vector>

#include "faces/gtest/listener.h"
#include "gradgrind/gtest.h"
#include "properties/report.h"
#include "properties/statistics.h"
#include "properties/stored_case.h"
#include "properties/supervisor.h"

namespace gradgrind {
namespace {

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : "\n") + line;
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
    for (const std::string& warning : result.warnings) print_note("warning: " + warning);
    const Location location = contract_.data().location;
    if (!result.error.empty()) ADD_FAILURE_AT(location.file, location.line) << result.error;
    for (const Finding& finding : result.findings) {
      const bool on_terminal = isatty(STDOUT_FILENO) != 0;
      ADD_FAILURE_AT(location.file, location.line)
          << (on_terminal ? coloured(finding.report) : finding.report);
    }
    if (process_settings().statistics) {
      print_note(std::to_string(result.cases) + " cases\n" +
                 statistics_text(result.statistics, result.cases));
    }
    if (result.outcome == Outcome::holds && !result.reason.empty()) print_note(result.reason);
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
    for (const Finding& finding : result.findings) RecordProperty("finding", finding.path);
  }

  Contract contract_;
  Property property_;
  std::shared_ptr<Supervisor> supervisor_;
};

// Judges the stored case in this process: no child, no shrinking, so that a debugger stops there.
class ReplayTest : public testing::Test {
 public:
  ReplayTest(Contract contract, std::string path, std::string property)
      : contract_(std::move(contract)), path_(std::move(path)), property_(std::move(property)) {}

  void TestBody() override {
    const Verdict verdict = replay_file(contract_, path_, property_);
    if (verdict.is_failure()) {
      ADD_FAILURE_AT(contract_.data().location.file, contract_.data().location.line)
          << verdict.evidence.message << "\n"
          << verdict.evidence.worst;
    } else if (verdict.outcome != Outcome::holds) {
      GTEST_SKIP() << verdict.reason;
    }
  }

 private:
  Contract contract_;
  std::string path_;
  std::string property_;
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

// Environment and flags, read once. False after registering a test that says what is wrong.
bool read_settings() {
  static const bool are_valid = [] {
    install_assertion_interceptor(intercept_assertions);
    try {
      Settings settings = settings_from_environment();
      std::vector<std::string> texts = arguments();
      std::vector<char*> pointers;
      for (std::string& text : texts) pointers.push_back(text.data());
      pointers.push_back(nullptr);
      int count = static_cast<int>(texts.size());
      apply_flags(settings, &count, pointers.data());
      set_settings(settings);
      return true;
    } catch (const UsageError& error) {
      const std::string text = error.what();
      const Location nowhere{"settings", 0};
      register_test("Gradgrind", "settings_are_valid", nowhere,
                    [=] { return new FailingTest(nowhere, text); });
      return false;
    }
  }();
  return are_valid;
}

void register_replay(const Contract& contract, const std::string& path) {
  CaseFile file;
  try {
    file = read_case_file(path);
  } catch (const UsageError& error) {
    const std::string text = error.what();
    register_test(contract.name(), "replay", contract.data().location,
                  [=] { return new FailingTest(contract.data().location, text); });
    return;
  }
  if (file.contract != contract.name()) return;
  register_test(contract.name(), file.identity.property, contract.data().location,
                [=] { return new ReplayTest(contract, path, file.identity.property); });
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
  return joined(contract.problems());
}

}  // namespace

bool register_tests(const Contract& contract, Location location) {
  if (!read_settings()) return true;
  const std::string problem = impossible(contract);
  if (!problem.empty()) {
    register_test(contract.name(), "contract_is_possible", location,
                  [=] { return new FailingTest(location, problem); });
    return true;
  }
  if (!process_settings().replay.empty()) {
    register_replay(contract, process_settings().replay);
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
