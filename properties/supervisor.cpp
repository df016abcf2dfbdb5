#include "properties/supervisor.h"

#include <algorithm>

#include "gradgrind/generators/error.h"
#include "gradgrind/generators/shrink.h"
#include "properties/budget.h"
#include "properties/exceptions.h"
#include "properties/finding.h"
#include "properties/journal.h"
#include "properties/result_text.h"
#include "properties/runner.h"
#include "properties/unsupported.h"

namespace gradgrind {
namespace {

PropertyResult run_within_budget(Runner& runner, const Suite& suite, const Property& property) {
  const double seconds = share_of(runner.contract(), suite, property, runner.settings(),
                                  runner.probe().forward_seconds);
  if (seconds >= 0) return runner.run(property, seconds);
  PropertyResult result;
  result.contract = runner.contract().name();
  result.property = property.name;
  result.outcome = Outcome::not_run;
  result.reason = "budget: its least cases do not fit into the seconds of the contract";
  return result;
}

// A probe that misuses the contract says what the first case would say.
PropertyResult run_guarded(Runner& runner, const Suite& suite, const Property& property) {
  try {
    return run_within_budget(runner, suite, property);
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
  evidence.kind = reply.death.rfind("no end", 0) == 0 ? "hangs" : "dies";
  evidence.message = "the process dies in " + phase + ": " + reply.death;
  if (evidence.kind == "hangs") evidence.message = phase + " has " + reply.death;
  evidence.site = phase + ": " + normalised(reply.death);
  return Verdict::fails(std::move(evidence));
}

// Judges one case in a child of its own.
Verdict judge_in_child(const Contract& contract, const Settings& settings, const Property& property,
                       const Case& a_case) {
  Worker worker(
      [&](const std::string&) {
        Runner runner(contract, settings);
        Verdict verdict = runner.judge(property, a_case);
        const Phase phase("destroying the subject");
        runner.pool().forget();
        return to_text(verdict);
      },
      {settings.hang_seconds, settings.memory_gb});
  const Reply reply = worker.request("judge");
  return reply.text.has_value() ? verdict_from_text(*reply.text) : verdict_of_death(reply);
}

}  // namespace

Supervisor::Supervisor(Contract contract, Suite suite, Settings settings)
    : contract_(std::move(contract)), suite_(std::move(suite)), settings_(std::move(settings)) {}

Supervisor::~Supervisor() = default;

PropertyResult Supervisor::run(const Property& property) {
  if (settings_.isolate && can_isolate()) return run_isolated(property);
  if (runner_ == nullptr) runner_ = std::make_unique<Runner>(contract_, settings_);
  return judge_exception(contract_, property, run_guarded(*runner_, suite_, property));
}

PropertyResult Supervisor::run_isolated(const Property& property) {
  if (worker_ == nullptr) {
    // The runner lives in the child; this process never runs the subject.
    auto runner = std::make_shared<std::unique_ptr<Runner>>();
    worker_ = std::make_unique<Worker>(
        [this, runner](const std::string& name) {
          if (*runner == nullptr) *runner = std::make_unique<Runner>(contract_, settings_);
          return to_text(run_guarded(**runner, suite_, find_property(suite_, name)));
        },
        WorkerLimits{settings_.hang_seconds, settings_.memory_gb});
  }
  const Reply reply = worker_->request(property.name);
  PropertyResult result;
  if (reply.text.has_value()) {
    result = result_from_text(*reply.text);
    for (Finding& finding : result.findings) {
      if (!finding.path.empty()) finding.smallest = read_case_file(finding.path).content;
    }
  } else {
    worker_.reset();
    result = result_of_death(property, reply);
  }
  return judge_exception(contract_, property, std::move(result));
}

PropertyResult Supervisor::result_of_death(const Property& property, const Reply& reply) {
  const std::uint64_t position = journal().case_index;
  PropertyResult result;
  result.contract = contract_.name();
  result.property = property.name;
  result.outcome = Outcome::fails;
  const CasePlan plan(contract_, property, settings_);
  result.planned = static_cast<int>(plan.size());
  const PlannedCase planned = plan.at(std::min(position, plan.size() - 1));
  result.cases = static_cast<int>(position) + 1;

  Finding finding = finding_of(contract_, property, settings_, planned, verdict_of_death(reply));
  const Verdict again = judge_in_child(contract_, settings_, property, planned.content);
  if (!again.is_failure() ||
      !is_same_failure(finding.identity, identity_of(property, again.evidence))) {
    finding.evidence.message +=
        "\nalone in a new process the case does not do so: earlier cases matter";
    finding.identity.kind = "non-deterministic";
  } else {
    ShrinkOptions options;
    options.runs = settings_.shrink_runs;
    options.seconds = settings_.shrink_seconds;
    const StillFails still_fails = [&](const Case& candidate) {
      const Verdict verdict = judge_in_child(contract_, settings_, property, candidate);
      return verdict.is_failure() &&
             is_same_failure(finding.identity, identity_of(property, verdict.evidence));
    };
    const Shrunk shrunk = shrink(contract_.space(), planned.content, still_fails, options);
    finding.smallest = shrunk.smallest;
    finding.shrink_runs = shrunk.runs;
    finding.shrinks = shrunk.accepted;
  }
  conclude(finding, settings_, planned, result, {});
  result.findings.push_back(std::move(finding));
  return result;
}

}  // namespace gradgrind
