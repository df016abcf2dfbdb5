#include "properties/supervisor.h"

#include <algorithm>
#include <new>
#include <utility>

#include "gradgrind/generators/error.h"
#include "gradgrind/generators/shrink.h"
#include "properties/budget.h"
#include "properties/exceptions.h"
#include "properties/finding.h"
#include "properties/journal.h"
#include "properties/result_text.h"
#include "properties/runner.h"
#include "properties/unsupported.h"
#include "properties/worker_request.h"

namespace gradgrind {
namespace {

PropertyResult run_within_budget(Runner& runner, const Suite& suite, const Property& property,
                                 const std::optional<Resumed>& resumed) {
  const double seconds =
      share_of(runner.contract(), suite, property, runner.settings(), runner.probe());
  if (seconds >= 0) return runner.run(property, seconds, resumed);
  PropertyResult result;
  result.contract = runner.contract().name();
  result.property = property.name;
  result.outcome = Outcome::not_run;
  result.reason = "budget: its least cases do not fit into the seconds of the contract";
  return result;
}

// A probe that misuses the contract says what the first case would say.
PropertyResult run_guarded(Runner& runner, const Suite& suite, const Property& property,
                           const std::optional<Resumed>& resumed = std::nullopt) {
  try {
    return run_within_budget(runner, suite, property, resumed);
  } catch (const std::bad_alloc&) {
    throw;  // in a worker this is a death: nothing can be trusted to work without memory
  } catch (const std::exception& error) {
    PropertyResult result;
    result.contract = runner.contract().name();
    result.property = property.name;
    result.outcome = Outcome::fails;
    result.error = error.what();
    return result;
  }
}

Verdict verdict_of_death(const Reply& reply) {
  Evidence evidence;
  const std::string phase = reply.phase.empty() ? "a property" : reply.phase;
  if (reply.death.rfind("no end", 0) == 0) {
    evidence.kind = "hangs";
    evidence.message = phase + " has " + reply.death;
  } else if (is_out_of_memory(reply.death)) {
    evidence.kind = "out of memory";
    evidence.message = "the process runs out of memory in " + phase + ": " + reply.death;
  } else {
    evidence.kind = "dies";
    evidence.message = "the process dies in " + phase + ": " + reply.death;
  }
  evidence.site = phase + ": " + normalised(reply.death);
  return Verdict::fails(std::move(evidence));
}

std::string judge_and_destroy(Runner& runner, const Property& property, const Case& a_case) {
  try {
    const Verdict verdict = runner.judge(property, a_case);
    const JournalMark running(journal().is_running);
    runner.pool().forget();
    return to_text(verdict);
  } catch (const UsageError& error) {
    return to_text(Verdict::discarded(error.what()));
  }
}

// The case of a plan at which a property stopped.
PlannedCase case_at(const CasePlan& plan, std::uint64_t position) {
  return plan.at(std::min(position, plan.size() - 1));
}

// A finding travels as the file that it was stored in.
void read_findings(PropertyResult& result) {
  for (Finding& finding : result.findings) {
    if (!finding.path.empty()) finding.smallest = read_case_file(finding.path).content;
  }
}

}  // namespace

Supervisor::Supervisor(Contract contract, Suite suite, Settings settings)
    : contract_(std::move(contract)), suite_(std::move(suite)), settings_(std::move(settings)) {}

Supervisor::~Supervisor() = default;

PropertyResult Supervisor::run(const Property& property) {
  if (settings_.isolate && can_isolate()) return run_isolated(property);
  if (runner_ == nullptr) runner_ = std::make_unique<Runner>(contract_, settings_);
  PropertyResult result;
  try {
    result = run_guarded(*runner_, suite_, property);
  } catch (const std::bad_alloc& error) {
    result.contract = contract_.name();
    result.property = property.name;
    result.outcome = Outcome::fails;
    result.error = std::string("out of memory: ") + error.what();
  }
  return judge_exception(contract_, property, std::move(result));
}

PropertyResult Supervisor::run_isolated(const Property& property) {
  std::optional<Resumed> resumed;
  while (true) {
    // Made before anything runs: what is stored meanwhile would move the positions.
    const CasePlan plan(contract_, property, settings_);
    if (worker_ == nullptr) start_worker();
    std::optional<PropertyResult> so_far;
    if (resumed.has_value()) so_far = resumed->so_far;
    const Reply reply =
        worker_->request(request_of(property, resumed),
                         [&](const std::string& word) { so_far = result_from_text(word); });
    if (reply.text.has_value()) {
      PropertyResult result = result_from_text(*reply.text);
      read_findings(result);
      return judge_exception(contract_, property, std::move(result));
    }
    worker_.reset();
    AfterDeath after = after_death(property, plan, reply, so_far);
    if (after.resumed_cases == 0) {
      return judge_exception(contract_, property, std::move(after.result));
    }
    resumed = Resumed{std::move(after.result), after.resumed_cases};
  }
}

void Supervisor::start_worker() {
  // The runner lives in the child; this process never runs the subject.
  const auto serve = [this, runner = std::shared_ptr<Runner>()](const std::string& request,
                                                                const Worker::Tell& tell) mutable {
    if (runner == nullptr) {
      runner = std::make_shared<Runner>(contract_, settings_);
      runner->limit_probe(most_probed_);
      if (probe_.has_value()) runner->assume(*probe_);
      runner->report_to([tell](const PropertyResult& so_far) { tell(to_text(so_far)); });
    }
    if (request != kProbeRequest) {
      const Property& property = find_property(suite_, property_of(request));
      return to_text(run_guarded(*runner, suite_, property, resumed_of(request)));
    }
    try {
      return to_text(runner->probe());
    } catch (const UsageError&) {
      return std::string();  // the first property says so
    }
  };
  const WorkerLimits limits{settings_.hang_seconds, settings_.memory_gb};
  worker_ = std::make_unique<Worker>(serve, limits);
  while (!probe_.has_value()) {
    const Reply reply = worker_->request(kProbeRequest);
    if (reply.text.has_value()) {
      if (!reply.text->empty()) probe_ = probe_from_text(*reply.text);
      return;
    }
    // The properties will find the case that kills; the probe stops before it, or tells nothing.
    const std::uint64_t killer = journal().case_index;
    const bool is_hopeless =
        most_probed_ < kProbedCases || killer == 0 || reply.phase == kDestroying;
    if (is_hopeless) probe_ = Probe();
    most_probed_ = std::min(killer, most_probed_);
    worker_ = nullptr;
    worker_ = std::make_unique<Worker>(serve, limits);
  }
}

Verdict Supervisor::judge_in_child(const Property& property, const Case& a_case) const {
  Worker worker(
      [&](const std::string&, const Worker::Tell&) {
        Runner runner(contract_, settings_);
        if (probe_.has_value()) runner.assume(*probe_);
        return judge_and_destroy(runner, property, a_case);
      },
      {settings_.hang_seconds, settings_.memory_gb});
  const Reply reply = worker.request("judge");
  return reply.text.has_value() ? verdict_from_text(*reply.text) : verdict_of_death(reply);
}

bool Supervisor::fails_alike(const Property& property, const Finding& finding,
                             const Case& candidate) const {
  const Verdict verdict = judge_in_child(property, candidate);
  return verdict.is_failure() &&
         is_same_failure(finding.identity, identity_of(property, verdict.evidence));
}

Supervisor::AfterDeath Supervisor::after_death(const Property& property, const CasePlan& plan,
                                               const Reply& reply,
                                               const std::optional<PropertyResult>& so_far) {
  const std::uint64_t position = journal().case_index;
  const bool was_shrinking = journal().is_shrinking != 0;
  PropertyResult result;
  if (so_far.has_value()) result = *so_far;
  read_findings(result);
  result.contract = contract_.name();
  result.property = property.name;
  result.outcome = Outcome::fails;
  result.planned = static_cast<int>(plan.size());
  result.cases = static_cast<int>(position) + 1;
  const PlannedCase planned = case_at(plan, position);
  const Verdict death = verdict_of_death(reply);
  if (was_shrinking && !result.findings.empty() && result.findings.back().report.empty()) {
    Finding& unfinished = result.findings.back();
    if (unfinished.path.empty()) unfinished.smallest = planned.content;
    if (journal().is_explaining != 0) {
      // A neighbour killed the worker: in children they can all be run.
      unfinished.neighbours = neighbours_in_children(unfinished, property);
    } else {
      unfinished.evidence.message += "\nshrinking ended early: " + death.evidence.message;
    }
    conclude(unfinished, property, settings_, planned, result);
    // A candidate that killed is gone, unless the case does so too.
    Finding also = finding_of(contract_, property, settings_, planned, death);
    if (!fails_alike(property, also, planned.content)) {
      const bool goes_on = property.quantifier == Quantifier::every &&
                           result.findings.size() < static_cast<std::size_t>(settings_.findings) &&
                           position < plan.size();
      return {std::move(result), goes_on ? plan.size() - position : 0};
    }
  }
  Finding finding = finding_of(contract_, property, settings_, planned, death);
  make_smaller(finding, property);
  conclude(finding, property, settings_, planned, result);
  result.findings.push_back(std::move(finding));
  return {std::move(result), 0};
}

void Supervisor::make_smaller(Finding& finding, const Property& property) {
  // What kills one property kills most; each candidate takes a process, or hang_seconds.
  for (const Finding& known : deaths_) {
    const bool is_alike = known.identity.kind == finding.identity.kind &&
                          known.identity.site == finding.identity.site;
    if (!is_alike || !fails_alike(property, finding, known.smallest)) continue;
    finding.smallest = known.smallest;
    finding.neighbours.same_as = known.contract + "." + known.identity.property;
    return;
  }
  if (!fails_alike(property, finding, finding.smallest)) {
    finding.evidence.message +=
        "\nalone in a new process the case does not do so: earlier cases matter";
    finding.identity.kind = "non-deterministic";
    return;
  }
  ShrinkOptions options;
  options.runs = settings_.shrink_runs;
  options.seconds = settings_.shrink_seconds;
  const Shrunk shrunk = shrink(
      contract_.space(), finding.smallest,
      [&](const Case& candidate) { return fails_alike(property, finding, candidate); }, options);
  finding.smallest = shrunk.smallest;
  finding.shrink_runs = shrunk.runs;
  finding.shrinks = shrunk.accepted;
  finding.neighbours = neighbours_in_children(finding, property);
  deaths_.push_back(finding);
}

Neighbourhood Supervisor::neighbours_in_children(const Finding& finding,
                                                 const Property& property) const {
  Identity identity = finding.identity;
  // The site that an explanation found is no part of a verdict.
  identity.site = finding.evidence.site;
  return explore_neighbours(
      contract_.space(), finding.smallest,
      [&](const Case& neighbour) {
        return likeness_of(identity, property, judge_in_child(property, neighbour));
      },
      neighbour_options(contract_, settings_));
}

}  // namespace gradgrind
