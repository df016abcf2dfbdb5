#include "fuzz/nightly/night_state.h"

#include <algorithm>

#include "fuzz/nightly/files.h"
#include "fuzz/nightly/night_json.h"
#include "fuzz/support/known_findings.h"
#include "gradgrind/generators/error.h"

namespace gradgrind::nightly {
namespace {

constexpr std::size_t kMostSamples = 2000;

// Drops every second point of a curve that has grown long; a page shows a few hundred.
void thin_out(std::vector<Sample>& curve) {
  if (curve.size() < kMostSamples) return;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < curve.size(); i += 2) curve[kept++] = curve[i];
  curve.resize(kept);
}

}  // namespace

NightState::NightState(std::string folder, Night night)
    : folder_(std::move(folder)),
      store_(folder_ + "/findings"),
      night_(std::move(night)),
      elapsed_before_(night_.seconds) {
  for (const NightFinding& found : night_.findings) {
    meetings_[found.signature] = {found.times_met, found.seconds_to_first,
                                  found.is_from_this_night};
    signatures_of_[found.target].insert(found.signature);
  }
  // Those that were fixed in the interrupted part stand nowhere else.
  auto& findings = night_.findings;
  findings.erase(
      std::remove_if(findings.begin(), findings.end(),
                     [](const NightFinding& f) { return f.state != FindingState::fixed; }),
      findings.end());
}

double NightState::elapsed() const {
  const std::chrono::duration<double> now = std::chrono::steady_clock::now() - start_;
  return elapsed_before_ + now.count();
}

double NightState::seconds_of(const std::string& target) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const TargetNight& one : night_.targets) {
    if (one.name == target) return one.seconds;
  }
  return 0;
}

TargetNight& NightState::target_of(const std::string& name, TargetKind kind) {
  for (TargetNight& one : night_.targets) {
    if (one.name == name) return one;
  }
  TargetNight fresh;
  fresh.name = name;
  fresh.kind = kind;
  return night_.targets.emplace_back(std::move(fresh));
}

bool NightState::meet(const StoredFinding& found, const std::string& input, std::int64_t times,
                      double seconds) {
  const bool is_new = store_.keep(found, input);
  Meetings& meetings = meetings_[found.signature];
  meetings.times += times;
  if (meetings.first < 0) meetings.first = seconds;
  meetings.is_new = meetings.is_new || is_new;
  signatures_of_[found.target].insert(found.signature);
  return is_new;
}

void NightState::add_samples(TargetNight& target, std::int64_t features) {
  const auto findings = [this](const std::string& name) {
    return static_cast<std::int64_t>(signatures_of_[name].size());
  };
  target.curve.push_back({elapsed(), target.executions, features, findings(target.name)});
  Sample all{elapsed(), 0, 0, 0};
  for (const TargetNight& one : night_.targets) {
    all.executions += one.executions;
    if (!one.curve.empty()) all.features += one.curve.back().features;
    all.findings += findings(one.name);
  }
  night_.curve.push_back(all);
  thin_out(target.curve);
  thin_out(night_.curve);
}

std::vector<std::string> NightState::take_in(const FuzzerEntry& entry, SliceResult slice) {
  const std::lock_guard<std::mutex> lock(mutex_);
  TargetNight& target = target_of(entry.name, TargetKind::fuzzer);
  const double begun = std::max(0.0, elapsed() - slice.seconds);
  std::vector<std::string> fresh;
  for (const Meeting& meeting : slice.met) {
    if (meet(meeting.finding, meeting.input, meeting.times, begun + meeting.seconds)) {
      fresh.push_back(meeting.finding.signature);
    }
  }
  target.seconds += slice.seconds;
  target.executions += slice.executions;
  target.executions_per_second =
      target.seconds > 0 ? static_cast<double>(target.executions) / target.seconds : 0;
  target.corpus = std::max(target.corpus, slice.corpus);
  target.deaths += slice.deaths;
  if (!slice.problem.empty()) target.problem = slice.problem;
  for (auto& [name, tally] : slice.damage) {
    const auto known = std::find_if(target.damage.begin(), target.damage.end(),
                                    [&, &n = name](const DamageTally& t) { return t.name == n; });
    if (known == target.damage.end()) {
      target.damage.push_back(tally);
    } else {
      known->inputs += tally.inputs;
      known->accepted += tally.accepted;
      known->refused += tally.refused;
    }
  }
  for (const std::string& note : slice.notes) {
    const std::string text = entry.name + ": " + note;
    auto& problems = night_.problems;
    if (std::find(problems.begin(), problems.end(), text) == problems.end()) {
      problems.push_back(text);
    }
  }
  if (slice.features > 0 || !slice.met.empty()) {
    if (target.curve.empty()) target.curve.push_back({begun, 0, 0, 0});
    add_samples(target, std::max(slice.features, target.curve.back().features));
  }
  save_locked();
  return fresh;
}

std::vector<std::string> NightState::take_in(const SuiteEntry& suite, const SuiteResult& result) {
  const std::lock_guard<std::mutex> lock(mutex_);
  TargetNight& target = target_of(suite.name, TargetKind::suite);
  target.seconds += result.seconds;
  target.executions += result.tests;
  target.problem = result.problem;
  std::vector<std::string> fresh;
  for (const StoredFinding& found : result.failures) {
    // The report has the seed and the case file: there is no input.
    if (meet(found, "", 1, elapsed())) fresh.push_back(found.signature);
  }
  save_locked();
  return fresh;
}

void NightState::note_fixed(const StoredFinding& found, const std::string& regression) {
  const std::lock_guard<std::mutex> lock(mutex_);
  NightFinding fixed;
  fixed.target = found.target;
  fixed.verdict = found.verdict;
  fixed.signature = found.signature;
  fixed.state = FindingState::fixed;
  fixed.summary = found.summary;
  fixed.report = found.report;
  fixed.input = regression;
  fixed.input_bytes = found.input_bytes;
  fixed.first_seen = found.first_seen;
  fixed.seconds_to_first = -1;
  fixed.reason = regression.empty() ? "its input passes now"
                                    : "its input passes now, and is kept as a regression";
  night_.findings.push_back(std::move(fixed));
  store_.remove(found);
}

void NightState::note_problem(const std::string& text) {
  const std::lock_guard<std::mutex> lock(mutex_);
  night_.problems.push_back(text);
}

void NightState::give_up(const std::string& target, const std::string& problem) {
  const std::lock_guard<std::mutex> lock(mutex_);
  target_of(target, TargetKind::fuzzer).problem = problem;
}

std::vector<StoredFinding> NightState::unshrunk(const std::string& target) {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::vector<std::string> ignored;
  std::vector<StoredFinding> findings = store_.of(target, ignored);
  findings.erase(std::remove_if(findings.begin(), findings.end(),
                                [](const StoredFinding& found) { return found.is_shrunk; }),
                 findings.end());
  return findings;
}

void NightState::save() {
  const std::lock_guard<std::mutex> lock(mutex_);
  save_locked();
}

void NightState::save_locked() {
  Night state = night_;
  state.seconds = elapsed();
  for (const auto& [target, signatures] : signatures_of_) {
    for (const std::string& signature : signatures) {
      const Meetings& meetings = meetings_[signature];
      NightFinding found;
      found.target = target;
      found.signature = signature;
      found.times_met = meetings.times;
      found.seconds_to_first = meetings.first;
      found.is_from_this_night = meetings.is_new;
      state.findings.push_back(std::move(found));
    }
  }
  write_file(folder_ + "/unfinished.json", to_json(state));
}

Night NightState::finished(const std::vector<FuzzerEntry>& targets,
                           const std::vector<SuiteEntry>& suites) {
  const std::lock_guard<std::mutex> lock(mutex_);
  Night night = night_;
  night.seconds = elapsed();
  std::vector<NightFinding> findings;
  const auto add = [&](const std::string& target, const std::string& known_file,
                       const std::string& replay) {
    std::vector<fuzz::KnownFinding> known;
    try {
      if (!known_file.empty()) known = fuzz::read_known_findings(known_file);
    } catch (const UsageError& error) {
      night.problems.emplace_back(error.what());
    }
    for (const StoredFinding& stored : store_.of(target, night.problems)) {
      const Meetings& meetings = meetings_[stored.signature];
      NightFinding found;
      found.target = target;
      found.verdict = stored.verdict;
      found.signature = stored.signature;
      found.summary = stored.summary;
      found.report = stored.report;
      found.input = stored.input;
      found.input_bytes = stored.input_bytes;
      found.replay = replay.empty() ? "" : replay + " " + stored.input;
      found.times_met = meetings.times;
      found.seconds_to_first = meetings.first;
      found.is_from_this_night = meetings.is_new;
      found.first_seen = stored.first_seen;
      if (const fuzz::KnownFinding* one = fuzz::find_known(known, stored.signature)) {
        found.state = FindingState::known;
        found.reason = one->reason;
        if (!one->ends_with.empty()) found.reason += "; ends with " + one->ends_with;
        if (!one->until.empty() && one->until < now_text().substr(0, one->until.size())) {
          night.problems.push_back(target + ": \"" + one->signature + "\" was to be over by " +
                                   one->until + " and is still known; look at it again");
        }
      }
      findings.push_back(std::move(found));
    }
  };
  for (const FuzzerEntry& target : targets) add(target.name, target.known, target.replay);
  for (const SuiteEntry& suite : suites) add(suite.name, "", "");
  findings.insert(findings.end(), night.findings.begin(), night.findings.end());
  std::stable_sort(findings.begin(), findings.end(),
                   [](const NightFinding& a, const NightFinding& b) { return a.state < b.state; });
  night.findings = std::move(findings);
  return night;
}

}  // namespace gradgrind::nightly
