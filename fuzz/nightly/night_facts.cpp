#include "fuzz/nightly/night_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <set>
#include <string_view>

#include "fuzz/nightly/plain_text.h"
#include "gradgrind/generators/error.h"

namespace gradgrind::nightly {
namespace {

std::string count_of(std::size_t count, const char* noun) {
  return counted(static_cast<long long>(count), noun);
}

template <class Accepts>
std::vector<const NightFinding*> findings_that(const Night& night, Accepts accepts) {
  std::vector<const NightFinding*> result;
  for (const NightFinding& finding : night.findings) {
    if (accepts(finding)) result.push_back(&finding);
  }
  return result;
}

}  // namespace

const char* name(FindingState state) {
  switch (state) {
    case FindingState::fresh:
      return "new";
    case FindingState::known:
      return "known";
    case FindingState::fixed:
      return "fixed";
  }
  throw InternalError("the state of a finding has no name");
}

const char* name(TargetKind kind) { return kind == TargetKind::fuzzer ? "fuzzer" : "suite"; }

std::string life_of(const NightFinding& finding) {
  const bool is_old = finding.state == FindingState::fresh && !finding.is_from_this_night;
  return is_old ? "new, of an earlier night" : name(finding.state);
}

std::vector<const NightFinding*> findings_in(const Night& night, FindingState state) {
  return findings_that(night, [&](const NightFinding& finding) { return finding.state == state; });
}

std::vector<const NightFinding*> findings_of(const Night& night, const TargetNight& target) {
  return findings_that(night,
                       [&](const NightFinding& finding) { return finding.target == target.name; });
}

std::vector<const NightFinding*> findings_of_no_target(const Night& night) {
  std::set<std::string> names;
  for (const TargetNight& target : night.targets) names.insert(target.name);
  return findings_that(
      night, [&](const NightFinding& finding) { return names.count(finding.target) == 0; });
}

bool could_not_run(const TargetNight& target) {
  return !target.problem.empty() && target.executions == 0;
}

std::int64_t sum_of(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  const bool overflows = __builtin_add_overflow(a, b, &sum);
  return overflows ? std::numeric_limits<std::int64_t>::max() : sum;
}

std::int64_t features_of(const TargetNight& target) {
  return target.curve.empty() ? 0 : target.curve.back().features;
}

ClassCount classes_of(const TargetNight& target) {
  ClassCount count;
  for (const DamageTally& tally : target.damage) {
    if (tally.name == "valid file") continue;
    ++count.all;
    if (tally.inputs > 0) ++count.exercised;
  }
  return count;
}

bool is_small(const NightFinding& finding) {
  constexpr std::uint64_t kMostBytes = 64;
  constexpr int kMostEdits = 3;
  // The words of describe() in fuzz/formats.
  const std::string_view kStart = "a valid file with ";
  if (finding.input_bytes <= kMostBytes) return true;
  if (finding.summary.rfind(kStart, 0) != 0) return finding.summary == "a valid file";
  const char* const number = finding.summary.data() + kStart.size();
  int edits = kMostEdits + 1;
  std::from_chars(number, finding.summary.data() + finding.summary.size(), edits);
  return edits <= kMostEdits;
}

NightFacts facts_of(const Night& night) {
  NightFacts facts;
  std::set<std::string> failing;
  for (const NightFinding& finding : night.findings) {
    if (finding.state != FindingState::fixed && !finding.input.empty()) {
      ++facts.inputs;
      facts.small_inputs += is_small(finding) ? 1 : 0;
    }
    switch (finding.state) {
      case FindingState::fresh:
        ++facts.fresh;
        facts.fresh_before += finding.is_from_this_night ? 0 : 1;
        failing.insert(finding.target);
        break;
      case FindingState::known:
        ++facts.known;
        break;
      case FindingState::fixed:
        ++facts.fixed;
        break;
    }
  }
  facts.failing_targets = failing.size();
  for (const TargetNight& target : night.targets) {
    facts.executions = sum_of(facts.executions, target.executions);
    facts.corpus = sum_of(facts.corpus, target.corpus);
    facts.deaths += target.deaths;
    facts.not_run += could_not_run(target) ? 1 : 0;
  }
  return facts;
}

std::string findings_headline(const Night& night) {
  const NightFacts facts = facts_of(night);
  if (facts.fresh == 0) return "No new findings";
  std::string text = fmt::format("{} in {}", count_of(facts.fresh, "new finding"),
                                 count_of(facts.failing_targets, "target"));
  if (facts.fresh_before == facts.fresh) {
    text += facts.fresh == 1 ? ", of an earlier night" : ", all of an earlier night";
  } else if (facts.fresh_before > 0) {
    text += fmt::format(", {} of an earlier night", facts.fresh_before);
  }
  return text;
}

std::string run_headline(const Night& night) {
  const NightFacts facts = facts_of(night);
  const auto fuzzers = static_cast<std::size_t>(
      std::count_if(night.targets.begin(), night.targets.end(), [](const TargetNight& target) {
        return target.kind == TargetKind::fuzzer && !could_not_run(target);
      }));
  const std::size_t suites = night.targets.size() - facts.not_run - fuzzers;
  std::string text;
  if (fuzzers + suites == 0) {
    text = fmt::format("no target ran in {}", duration(night.seconds));
  } else {
    if (fuzzers > 0) text = count_of(fuzzers, "target");
    if (suites > 0) text += (text.empty() ? "" : " and ") + count_of(suites, "suite");
    text += fmt::format(" ran {} on {}", duration(night.seconds), counted(night.cores, "core"));
  }
  if (facts.not_run > 0) text += fmt::format(", {} could not run", facts.not_run);
  return text;
}

}  // namespace gradgrind::nightly
