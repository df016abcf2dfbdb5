#include "properties/runner.h"

#include <c10/util/Exception.h>
#include <c10/util/Type.h>

#include <algorithm>
#include <chrono>
#include <typeinfo>
#include <utility>

#include "properties/budget.h"
#include "properties/exceptions.h"
#include "properties/finding.h"
#include "properties/global_state.h"
#include "properties/health.h"
#include "properties/journal.h"
#include "properties/probe.h"
#include "properties/progress.h"
#include "properties/statistics.h"
#include "properties/unsupported.h"

namespace gradgrind {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

Verdict thrown(const std::string& message, const std::string& type = {}) {
  const std::string unsupported = unsupported_reason(message);
  if (!unsupported.empty()) return Verdict::discarded(unsupported);
  Evidence evidence;
  evidence.kind = is_out_of_memory(message) ? "out of memory" : "throws";
  const std::string phase = journal().thrown_in;
  evidence.message = (phase.empty() ? "the property throws " : phase + " throws ") +
                     (type.empty() ? "" : type + ": ") + message;
  evidence.site = normalised(message);
  return Verdict::fails(std::move(evidence));
}

// The journal's marks around one judged case.
struct Judging {
  Judging() { journal_case_begins(journal().case_index); }
  ~Judging() { journal_case_ends(); }
};

std::string refused_by(const Contract& contract, const Case& a_case) {
  for (const auto& [what, predicate] : contract.data().predicates) {
    if (!predicate(a_case)) return "where: " + what;
  }
  return {};
}

// A case from production, or one that is older than the contract, may lie outside its domains.
Verdict with_note(const Contract& contract, const Case& a_case, Verdict verdict) {
  if (!verdict.is_failure()) return verdict;
  const std::string mismatch = contract.space().value_mismatch(a_case);
  if (mismatch.empty()) return verdict;
  verdict.evidence.message += "; the contract promises nothing of such inputs: " + mismatch;
  return verdict;
}

// A small subject is built anew after each property, so that its destructor runs while somebody
// watches, and so that nothing it remembers outside its state reaches the next property.
constexpr double kCheapForward = 0.02;

// Where time will not do for all cases of a large subject, those of its simplest dtype come first:
// a convolution in float64 takes 27 times as long as in float32, and few cases of many
// properties find more than many cases of few.
std::optional<DType> first_dtype(const Contract& contract, const Property& property,
                                 const CasePlan& plan, const Probe& probe, double seconds) {
  const double wanted = static_cast<double>(plan.size()) * case_seconds(property, probe);
  if (seconds <= 0 || wanted <= seconds || probe.forward_seconds < kCheapForward) {
    return std::nullopt;
  }
  const auto& dtypes = contract.space().signature().dtypes;
  return *std::min_element(dtypes.begin(), dtypes.end());
}

// Discarded cases show nothing; but a property that discards nearly all shall not run for ever.
bool has_least_cases(const Property& property, const PropertyResult& result) {
  return result.cases >= property.least_cases || result.discarded >= 10 * property.least_cases;
}

}  // namespace

Identity identity_of(const Property& property, const Evidence& evidence) {
  return {property.name, evidence.kind, evidence.output, evidence.site};
}

Runner::Runner(const Contract& contract, const Settings& settings)
    : contract_(contract), settings_(settings), pool_(contract.data().subject) {}

const Probe& Runner::probe() {
  if (!probe_.has_value()) {
    const GlobalStateGuard guard;
    const Judging judging;
    const JournalMark probing(journal().is_probing);
    const Probe probed = probe_subject(contract_, pool_, settings_.seed, most_probed_);
    pool_.forget();  // a destructor that kills does so here, and not in the first property
    probe_ = probed;
  }
  return *probe_;
}

Verdict Runner::judge_legal(const Property& property, const Case& a_case) {
  const Probe& known = probe();
  const Judging judging;
  try {
    Trial trial(contract_, a_case, pool_, known, settings_.error_budget);
    return property.check(trial);
  } catch (const UsageError&) {
    throw;
  } catch (const InternalError&) {
    throw;
  } catch (const c10::Error& error) {
    return thrown(error.what_without_backtrace());
  } catch (const std::exception& error) {
    return thrown(error.what(), c10::demangle(typeid(error).name()));
  } catch (...) {
    return thrown("something that is no std::exception");
  }
}

Verdict Runner::judge(const Property& property, const Case& a_case) {
  const std::string refused = refused_by(contract_, a_case);
  if (!refused.empty()) return Verdict::discarded(refused);
  return with_note(contract_, a_case, judge_legal(property, a_case));
}

Verdict Runner::judge_anew(const Property& property, const Case& a_case) {
  {
    const Judging judging;
    pool_.forget();
  }
  return judge(property, a_case);
}

void Runner::report(const PropertyResult& so_far) const {
  if (listener_ != nullptr) listener_(so_far);
}

void Runner::count(const PlannedCase& planned, const Verdict& verdict, PropertyResult& result) {
  if (verdict.outcome == Outcome::discarded) {
    ++result.discarded;
    ++result.statistics["discarded: " + verdict.reason];
    return;
  }
  ++result.cases;
  count_facets(contract_, planned.content, result.statistics);
}

void Runner::add_finding(const Property& property, const PlannedCase& planned,
                         const Verdict& verdict, PropertyResult& result) {
  const Identity identity = identity_of(property, verdict.evidence);
  for (const Finding& known : result.findings) {
    if (is_same_failure(known.identity, identity)) return;
  }
  if (exception_for(contract_, property) != nullptr) {
    // Expected: kept as the case that shows that the exception still stands, and not shrunk.
    Finding finding = finding_of(contract_, property, settings_, planned, verdict);
    conclude(finding, property, settings_, planned, result);
    result.findings.push_back(std::move(finding));
    return;
  }
  const JournalMark shrinking(journal().is_shrinking);
  result.findings.push_back(shrunk_finding(*this, property, planned, verdict, result));
  report(result);
}

void Runner::run_cases(const Property& property, double seconds, std::uint64_t resumed_cases,
                       PropertyResult& result) {
  probe();
  const CasePlan plan(contract_, property, settings_);
  result.planned = static_cast<int>(plan.size());
  result.warnings = plan.broken_files();
  const ProgressLine progress(contract_.name() + "." + property.name, plan.size(), settings_);
  // Of a claim that one case proves: the failure that leaves least unproven, which says most; the
  // last of several, since the walk ends at the edges, which are the smallest cases.
  std::optional<std::pair<PlannedCase, Verdict>> least;
  const bool is_excepted = exception_for(contract_, property) != nullptr;
  const std::size_t most_findings = is_excepted ? 1 : static_cast<std::size_t>(settings_.findings);
  const auto start = Clock::now();
  double shrinking = 0;
  CaseOrder order(plan, property.quantifier,
                  first_dtype(contract_, property, plan, probe(), seconds));
  if (resumed_cases > 0) {
    // Counted from the end: a finding stored meanwhile stands before the stream.
    const std::uint64_t stopped_at = plan.size() - std::min(resumed_cases, plan.size());
    for (auto done = order.next(); done.has_value() && done->first != stopped_at;) {
      done = order.next();
    }
  }
  while (result.findings.size() < most_findings) {
    const int done = result.cases + result.discarded;
    // Whether another case of average length would end too late.
    const double spent = seconds_since(start) - shrinking;
    const bool is_spent = seconds > 0 && spent * (done + 1) > seconds * std::max(done, 1);
    const auto next = order.next();
    if (!next.has_value()) break;
    if (is_spent && has_least_cases(property, result)) {
      result.out_of_time = true;
      break;
    }
    const auto& [position, planned] = *next;
    journal().case_index = position;
    progress.update(static_cast<std::uint64_t>(done));
    const Verdict verdict = judge(property, planned.content);
    if (verdict.outcome == Outcome::not_applicable) {
      result.outcome = verdict.outcome;
      result.reason = verdict.reason;
      return;
    }
    count(planned, verdict, result);
    if (property.quantifier == Quantifier::some) {
      if (verdict.outcome == Outcome::holds) return;
      const bool says_more =
          verdict.is_failure() &&
          (!least || verdict.evidence.output.size() <= least->second.evidence.output.size());
      if (says_more) least.emplace(planned, verdict);
    } else if (verdict.is_failure()) {
      const auto shrink_start = Clock::now();
      add_finding(property, planned, verdict, result);
      shrinking += seconds_since(shrink_start);
    }
  }
  if (!least) return;
  if (result.cases < std::min(kLeastRefuting, result.planned)) {
    result.outcome = Outcome::not_run;
    result.reason = "budget: none of " + std::to_string(result.cases) +
                    " cases proves it, which are too few to refute it";
    return;
  }
  add_finding(property, least->first, least->second, result);
}

PropertyResult Runner::run(const Property& property, double seconds,
                           const std::optional<Resumed>& resumed) {
  const GlobalStateGuard guard;
  PropertyResult result;
  if (resumed.has_value()) result = resumed->so_far;
  result.outcome = Outcome::holds;
  result.contract = contract_.name();
  result.property = property.name;
  const auto start = Clock::now();
  try {
    run_cases(property, seconds, resumed.has_value() ? resumed->cases : 0, result);
  } catch (const UsageError& error) {
    result.error = error.what();
  }
  if (probe_.has_value() && probe_->forward_seconds < kCheapForward) {
    const Judging judging;
    pool_.forget();
  }
  result.seconds = seconds_since(start);
  if (!result.findings.empty() || !result.error.empty()) {
    result.outcome = Outcome::fails;
  } else if (result.cases == 0 && result.outcome == Outcome::holds) {
    result.outcome = Outcome::discarded;
    result.reason = "every case was discarded";
  }
  check_health(contract_, property, result);
  return result;
}

}  // namespace gradgrind
