// The demo: real modules tested, real bugs found, shrunk and explained.
#include <cstdio>
#include <string>
#include <vector>

#include "contracts.h"
#include "gradgrind/gradgrind.h"

namespace gg = gradgrind;

namespace {

struct Count {
  int holds = 0;
  int failed = 0;
  int cases = 0;
};

Count count(const gg::CheckResult& checked) {
  Count counted;
  for (const gg::PropertyResult& result : checked.properties) {
    counted.cases += result.cases;
    counted.holds += result.outcome == gg::Outcome::holds ? 1 : 0;
    counted.failed += result.outcome == gg::Outcome::fails ? 1 : 0;
  }
  return counted;
}

void print_failures(const gg::CheckResult& checked) {
  for (const std::string& problem : checked.problems) std::printf("%s\n", problem.c_str());
  for (const gg::PropertyResult& result : checked.properties) {
    if (!result.error.empty()) std::printf("%s\n", result.error.c_str());
    for (const gg::Finding& finding : result.findings) std::printf("\n%s", finding.report.c_str());
  }
}

// Every property of a sound module; returns whether all hold.
bool check_sound(const gg::Contract& contract, const gg::Settings& settings) {
  const gg::CheckResult checked = gg::check_all(contract, gg::suite_of(contract), settings);
  const Count counted = count(checked);
  std::printf("%-18s %3d properties hold, %d fail, %5d cases\n", contract.name().c_str(),
              counted.holds, counted.failed, counted.cases);
  std::fflush(stdout);
  print_failures(checked);
  return checked.holds();
}

// The property that names the bug; returns whether it found it.
bool check_fault(const examples::Fault& fault, const gg::Settings& settings,
                 std::vector<std::string>& files) {
  gg::offer_replay(fault.contract.name());
  const gg::Suite suite = {gg::find_property(gg::suite_of(fault.contract), fault.property)};
  const gg::CheckResult checked = gg::check_all(fault.contract, suite, settings);
  std::printf("\n--- %s: %s\n", fault.contract.name().c_str(), fault.what.c_str());
  print_failures(checked);
  std::fflush(stdout);
  for (const gg::Finding& finding : checked.findings()) files.push_back(finding.path);
  return !checked.findings().empty();
}

// `--gradgrind_replay=FILE`: one case, in this process.
int replay(const std::string& path) {
  const std::string name = gg::read_case_file(path).contract;
  for (const examples::Fault& fault : examples::faults()) {
    if (fault.contract.name() != name) continue;
    const gg::Verdict verdict = gg::replay_file(fault.contract, path);
    std::printf("%s: %s\n%s\n%s\n", name.c_str(), verdict.is_failure() ? "fails" : "holds",
                verdict.evidence.message.c_str(), verdict.evidence.worst.c_str());
    return verdict.is_failure() ? 1 : 0;
  }
  std::printf("%s: a case of %s, which is no example\n", path.c_str(), name.c_str());
  return 2;
}

int run(const gg::Settings& settings) {
  if (!settings.replay.empty()) return replay(settings.replay);
  bool as_expected = true;
  std::printf("Modules that keep their contracts:\n\n");
  for (const gg::Contract& contract : examples::sound_contracts()) {
    as_expected = check_sound(contract, settings) && as_expected;
  }
  std::printf("\nVariants with a silent bug each, and the report of each:\n");
  std::vector<std::string> files;
  for (const examples::Fault& fault : examples::faults()) {
    as_expected = check_fault(fault, settings, files) && as_expected;
  }
  std::printf("\nThe smallest failing cases lie in\n");
  for (const std::string& file : files) std::printf("  %s\n", file.c_str());
  std::printf("\n%s\n", as_expected ? "Every module held, and every bug was found."
                                    : "NOT as expected: see above.");
  return as_expected ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    gg::Settings settings = gg::settings_from_environment();
    gg::apply_flags(settings, &argc, argv);
    return run(settings);
  } catch (const gg::UsageError& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
}
