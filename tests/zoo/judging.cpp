#include "tests/zoo/judging.h"

#include <algorithm>
#include <utility>

#include "tests/generators/file_folder.h"

namespace gg = gradgrind;

namespace zoo {
namespace {

gg::CheckResult checked(const gg::Contract& contract, const gg::Suite& suite,
                        gg::Settings settings) {
  // What is stored of one run is judged first in the next, which would count no cases.
  const gg::FileFolder folder;
  settings.folder = folder.path();
  return gg::check_all(contract, suite, settings);
}

gg::Suite suite_within(const gg::Contract& contract, double cost) {
  gg::Suite suite = gg::suite_of(contract);
  const auto is_dear = [cost](const gg::Property& property) { return property.cost > cost; };
  if (cost > 0) suite.erase(std::remove_if(suite.begin(), suite.end(), is_dear), suite.end());
  return suite;
}

void collect_problems(const gg::CheckResult& result, Judged& judged) {
  for (const std::string& problem : result.problems) {
    judged.problems.push_back(result.contract + ": " + problem);
  }
  for (const gg::PropertyResult& property : result.properties) {
    if (property.error.empty()) continue;
    judged.problems.push_back(result.contract + "." + property.property + ": " + property.error);
  }
}

}  // namespace

Judged judge(const Pair& pair, const gg::Settings& settings) {
  Judged judged = judge_sound(pair, settings, /*cost=*/0);
  const gg::CheckResult faulty = checked(pair.faulty, gg::suite_of(pair.faulty), settings);
  judged.problems.insert(judged.problems.end(), faulty.problems.begin(), faulty.problems.end());
  for (const gg::PropertyResult& property : faulty.properties) {
    if (property.findings.empty()) continue;
    judged.catches.push_back({property.property, property.cases + property.discarded});
  }
  // What other properties see of memory that nobody wrote is up to what lay there before.
  const auto is_by_chance = [](const Catch& caught) {
    return caught.property != "never_reads_what_nobody_wrote";
  };
  std::stable_sort(
      judged.catches.begin(), judged.catches.end(), [&](const Catch& a, const Catch& b) {
        return std::make_pair(a.cases, is_by_chance(a)) < std::make_pair(b.cases, is_by_chance(b));
      });
  return judged;
}

Judged judge_sound(const Pair& pair, const gg::Settings& settings, double cost) {
  Judged judged;
  const gg::CheckResult sound = checked(pair.sound, suite_within(pair.sound, cost), settings);
  collect_problems(sound, judged);
  for (const gg::Finding& finding : sound.findings()) judged.alarms.push_back(finding.report);
  return judged;
}

int cases_until_caught(const Pair& pair, const std::string& property,
                       const gg::Settings& settings) {
  const gg::Suite suite = {gg::find_property(gg::suite_of(pair.faulty), property)};
  const gg::CheckResult result = checked(pair.faulty, suite, settings);
  if (result.properties.empty() || result.properties[0].findings.empty()) return 0;
  return result.properties[0].cases + result.properties[0].discarded;
}

gg::Settings judging_settings() {
  gg::Settings settings = gg::settings_from_environment();
  settings.seconds = 0;
  settings.findings = 1;
  settings.shrink_runs = 0;
  settings.progress = false;
  return settings;
}

}  // namespace zoo
