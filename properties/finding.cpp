#include "properties/finding.h"

#include <chrono>
#include <filesystem>

#include "gradgrind/generators/error.h"
#include "gradgrind/generators/shrink.h"
#include "gradgrind/properties/materialise.h"
#include "properties/explain.h"
#include "properties/journal.h"
#include "properties/report.h"
#include "properties/stored_case.h"

namespace gradgrind {
namespace {

constexpr std::int64_t kStoredStateBytes = 1 << 20;

// The case with its parameters and buffers by value, so that they can be sliced when a dim that the
// subject was built from shrinks.
Case with_state(Runner& runner, const Case& a_case) {
  Case full = a_case;
  if (runner.contract().data().subject.kind != Subject::Kind::module) return full;
  std::int64_t bytes = 0;
  std::vector<NamedArray> state;
  for (const NamedTensor& entry : runner.pool().at(a_case).state()) {
    Array values = array_of(entry.tensor);
    bytes += static_cast<std::int64_t>(values.size_in_bytes());
    state.push_back({entry.name, std::move(values)});
  }
  if (bytes <= kStoredStateBytes) full.weights.state = std::move(state);
  return full;
}

bool builds_from_free_dims(Runner& runner) {
  const DimTable& dims = runner.contract().space().dims();
  for (const std::string& name : runner.pool().built_from()) {
    for (const Dim& dim : dims.dims()) {
      if (dim.name == name && dim.lowest != dim.highest) return true;
      if (dim.name == name && dim.kind == Dim::Kind::derived) return true;
    }
  }
  return false;
}

// The smallest case so far lies on disk, and its finding with whoever listens, while the subject
// runs on and may die.
class BestSoFar {
 public:
  BestSoFar(const Runner& runner, const Finding& finding, const PropertyResult& result)
      : runner_(runner), finding_(finding), result_(result) {
    keep();
  }

  void keep(const Case& better) {
    finding_.smallest = better;
    if (Clock::now() - kept_ > kInterval) keep();
  }

  /// Keeps a finding that lacks nothing but what its neighbours do.
  void keep_explained(const Finding& finding) {
    const std::string stored_as = finding_.path;
    finding_ = finding;
    keep();
    std::error_code ignored;
    if (!stored_as.empty() && finding_.path != stored_as) {
      std::filesystem::remove(stored_as, ignored);
    }
  }

  // The final file may have another name, since only the explanation finds the site.
  void remove_unless(const std::string& path) const {
    std::error_code ignored;
    if (!finding_.path.empty() && finding_.path != path) {
      std::filesystem::remove(finding_.path, ignored);
    }
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds kInterval{100};  // a synced file takes a few

  void keep() {
    store(finding_, runner_.settings().folder);
    PropertyResult so_far = result_;
    so_far.findings.push_back(finding_);
    runner_.report(so_far);
    kept_ = Clock::now();
  }

  const Runner& runner_;
  Finding finding_;
  const PropertyResult& result_;
  Clock::time_point kept_;
};

Shrunk shrink_finding(Runner& runner, const Property& property, const Case& start,
                      const Identity& identity, BestSoFar& best) {
  ShrinkOptions options;
  options.on_progress = [&](const Case& better) { best.keep(better); };
  options.runs = runner.settings().shrink_runs;
  options.seconds = runner.settings().shrink_seconds;
  options.built_from.assign(runner.pool().built_from().begin(), runner.pool().built_from().end());
  const StillFails still_fails = [&](const Case& candidate) {
    const Verdict verdict = runner.judge(property, candidate);
    return verdict.is_failure() &&
           is_same_failure(identity, identity_of(property, verdict.evidence));
  };
  return shrink(runner.contract().space(), start, still_fails, options);
}

Neighbourhood neighbours_of(Runner& runner, const Property& property, const Case& smallest,
                            const Identity& identity) {
  const JournalMark explaining(journal().is_explaining);
  NeighbourOptions options = neighbour_options(runner.contract(), runner.settings());
  options.built_from.assign(runner.pool().built_from().begin(), runner.pool().built_from().end());
  return explore_neighbours(
      runner.contract().space(), smallest,
      [&](const Case& neighbour) {
        try {
          return likeness_of(identity, property, runner.judge(property, neighbour));
        } catch (const UsageError&) {
          return Likeness::says_nothing;  // no case that is drawn says so, or it would be reported
        }
      },
      options);
}

}  // namespace

Likeness likeness_of(const Identity& identity, const Property& property, const Verdict& verdict) {
  if (verdict.outcome == Outcome::holds) return Likeness::holds;
  if (!verdict.is_failure()) return Likeness::says_nothing;
  return is_same_failure(identity, identity_of(property, verdict.evidence))
             ? Likeness::fails_alike
             : Likeness::fails_otherwise;
}

NeighbourOptions neighbour_options(const Contract& contract, const Settings& settings) {
  NeighbourOptions options;
  options.runs = settings.explain_runs;
  options.seconds = settings.explain_seconds;
  options.has_weights = contract.data().subject.kind == Subject::Kind::module;
  return options;
}

bool is_same_failure(const Identity& a, const Identity& b) {
  return a.property == b.property && a.kind == b.kind && a.output == b.output &&
         (a.site.empty() || b.site.empty() || a.site == b.site);
}

Finding finding_of(const Contract& contract, const Property& property, const Settings& settings,
                   const PlannedCase& planned, const Verdict& verdict) {
  Finding finding;
  finding.contract = contract.name();
  finding.claim = property.claim;
  finding.identity = identity_of(property, verdict.evidence);
  finding.evidence = verdict.evidence;
  finding.smallest = planned.content;
  finding.seed = settings.seed;
  finding.index = planned.index;
  return finding;
}

void conclude(Finding& finding, const Property& property, const Settings& settings,
              const PlannedCase& planned, const PropertyResult& result) {
  const std::string not_stored = store(finding, settings.folder);
  const bool proves_nothing = property.quantifier == Quantifier::some;
  finding.report = report_of(finding, {planned.origin, result.cases, proves_nothing, not_stored});
}

Finding shrunk_finding(Runner& runner, const Property& property, const PlannedCase& planned,
                       const Verdict& verdict, const PropertyResult& result) {
  Finding finding = finding_of(runner.contract(), property, runner.settings(), planned, verdict);
  BestSoFar best(runner, finding, result);
  const Verdict again = runner.judge_anew(property, planned.content);
  if (!again.is_failure() ||
      !is_same_failure(finding.identity, identity_of(property, again.evidence))) {
    finding.identity.kind = "non-deterministic";
    finding.evidence.message +=
        "\nrun again on a subject built anew, the same case " +
        (again.is_failure() ? "fails otherwise: " + again.evidence.message
                            : std::string("does not fail")) +
        "; something outside the case decides (uninitialised memory, a global, a thread)";
    conclude(finding, property, runner.settings(), planned, result);
    best.remove_unless(finding.path);
    return finding;
  }
  Case start = planned.content;
  if (builds_from_free_dims(runner)) {
    const Case full = with_state(runner, start);
    if (runner.judge(property, full).is_failure()) start = full;
  }
  const Shrunk shrunk = shrink_finding(runner, property, start, finding.identity, best);
  finding.smallest = shrunk.smallest;
  finding.shrink_runs = shrunk.runs;
  finding.shrinks = shrunk.accepted;
  Verdict last = runner.judge_anew(property, finding.smallest);
  if (last.is_failure()) finding.evidence = last.evidence;
  if (property.quantifier == Quantifier::some) {
    finding.evidence.message += ", in each of " + std::to_string(result.cases) + " cases";
  }
  const Identity judged = finding.identity;
  const Explanation explanation = explain(runner, property, finding);
  finding.operators = explanation.text;
  finding.identity.site = explanation.site.empty() ? finding.evidence.site : explanation.site;
  // What each case of the run shows, no neighbour needs to show again.
  if (property.quantifier == Quantifier::every) {
    best.keep_explained(finding);
    finding.neighbours = neighbours_of(runner, property, finding.smallest, judged);
  }
  conclude(finding, property, runner.settings(), planned, result);
  best.remove_unless(finding.path);
  return finding;
}

}  // namespace gradgrind
