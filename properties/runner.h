// Runs properties over the cases of one contract, in this process.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gradgrind/properties/check.h"
#include "gradgrind/properties/trial.h"
#include "properties/case_plan.h"
#include "properties/model_pool.h"
#include "properties/probe.h"

namespace gradgrind {

/// Where a run of a property goes on that a death has cut off.
struct Resumed {
  PropertyResult so_far;    ///< What was found before it.
  std::uint64_t cases = 0;  ///< So many cases end the plan from the one on at which it stopped.
};

class Runner {
 public:
  Runner(const Contract& contract, const Settings& settings);

  /// Takes `known` for what probing would show.
  void assume(const Probe& known) { probe_ = known; }
  /// Probes on the first `cases` cases at most: a later one is known to kill the process.
  void limit_probe(std::uint64_t cases) { most_probed_ = cases; }
  /// Gives `listener` what is known of a property whenever that grows. The last finding may lack
  /// its report.
  using Listener = std::function<void(const PropertyResult& so_far)>;
  void report_to(Listener listener) { listener_ = std::move(listener); }
  void report(const PropertyResult& so_far) const;

  /// Judges the planned cases until the property's share of the budget is spent, shrinks and stores
  /// what fails. `seconds`: that share; 0 for none. A resumed run goes on behind the case at which
  /// it stopped.
  PropertyResult run(const Property& property, double seconds,
                     const std::optional<Resumed>& resumed = std::nullopt);

  /// Judges one case. Exceptions of the subject become verdicts; UsageError and InternalError
  /// leave it.
  Verdict judge(const Property& property, const Case& a_case);
  /// Likewise on a subject built anew.
  Verdict judge_anew(const Property& property, const Case& a_case);

  /// What probing the first cases shows; probed once.
  const Probe& probe();

  const Contract& contract() const { return contract_; }
  const Settings& settings() const { return settings_; }
  ModelPool& pool() { return pool_; }

 private:
  Verdict judge_legal(const Property& property, const Case& a_case);
  void run_cases(const Property& property, double seconds, std::uint64_t resumed_cases,
                 PropertyResult& result);
  void count(const PlannedCase& planned, const Verdict& verdict, PropertyResult& result);
  void add_finding(const Property& property, const PlannedCase& planned, const Verdict& verdict,
                   PropertyResult& result);

  const Contract& contract_;
  const Settings& settings_;
  ModelPool pool_;
  std::optional<Probe> probe_;
  std::uint64_t most_probed_ = kProbedCases;
  Listener listener_;
};

/// The identity of a failure of `property`.
Identity identity_of(const Property& property, const Evidence& evidence);

}  // namespace gradgrind
