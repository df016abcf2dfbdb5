#include "faces/gtest/listener.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <map>

#include "gradgrind/properties/settings.h"

namespace gradgrind {
namespace {

struct Announced {
  int registered = 0;
  std::vector<std::string> ruled_out;
};

std::map<std::string, Announced>& contracts() {
  static std::map<std::string, Announced> announced;
  return announced;
}

std::vector<PropertyResult>& results() {
  static std::vector<PropertyResult> finished;
  return finished;
}

void print_slowest(std::size_t count) {
  std::vector<PropertyResult> sorted = results();
  std::sort(sorted.begin(), sorted.end(),
            [](const PropertyResult& a, const PropertyResult& b) { return a.seconds > b.seconds; });
  for (std::size_t i = 0; i < sorted.size() && i < count; ++i) {
    char line[160];
    std::snprintf(line, sizeof(line), "%8.3f s  %5d cases  %s.%s", sorted[i].seconds,
                  sorted[i].cases, sorted[i].contract.c_str(), sorted[i].property.c_str());
    print_note(line);
  }
}

class Listener : public testing::EmptyTestEventListener {
 public:
  void OnTestSuiteStart(const testing::TestSuite& suite) override {
    const auto found = contracts().find(suite.name());
    if (found == contracts().end() || found->second.ruled_out.empty()) return;
    const std::size_t count = found->second.ruled_out.size();
    print_note(found->first + ": " + std::to_string(count) +
               (count == 1 ? " property says" : " properties say") +
               " nothing about this contract" +
               (process_settings().statistics ? ":" : " (--gradgrind_statistics lists them)"));
    if (!process_settings().statistics) return;
    for (const std::string& reason : found->second.ruled_out) print_note("  " + reason);
  }

  void OnTestProgramEnd(const testing::UnitTest&) override {
    if (results().empty()) return;
    print_slowest(static_cast<std::size_t>(process_settings().slowest));
    print_note("seed " + std::to_string(process_settings().seed) +
               "; other cases: --gradgrind_seed=" + std::to_string(process_settings().seed + 1));
  }
};

}  // namespace

void print_note(const std::string& text) {
  std::printf("[gradgrind ] %s\n", text.c_str());
  std::fflush(stdout);
}

void announce_contract(const std::string& contract, int registered,
                       const std::vector<std::string>& ruled_out) {
  if (contracts().empty()) {
    testing::UnitTest::GetInstance()->listeners().Append(new Listener);  // owned by GoogleTest
  }
  contracts()[contract] = {registered, ruled_out};
}

void announce_result(const PropertyResult& result) { results().push_back(result); }

}  // namespace gradgrind
