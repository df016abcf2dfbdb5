// Running a suite to see whether anything fails, and no more: nothing is shrunk, explained or
// stored.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "properties/case_plan.h"
#include "properties/runner.h"

namespace gradgrind {

/// A property and its cases.
struct PlannedProperty {
  Property property;
  CasePlan plan;
};

/// The properties of `suite` that `contract` neither rules out nor excepts, cheapest first, with at
/// least 6 cases whatever the scale, or all that a property has.
std::vector<PlannedProperty> planned(const Contract& contract, const Suite& suite,
                                     const Settings& settings);

struct Judgement {
  struct Failure {
    std::string property;
    int cases = 0;        ///< That it had judged by then.
    std::string message;  ///< What was seen.
  };
  std::vector<Failure> failures;
  std::vector<std::string> judged;  ///< Properties that judged a case.
  bool is_out_of_time = false;
};

struct JudgeOptions {
  bool stop_at_first_failure = true;
  double most_seconds = 0;  ///< 0: no limit.
  /// Told the name of a property before it judges a case.
  std::function<void(const std::string& property)> announce;
};

/// Judges case after case by all properties in turn, so that they share what is built for it.
Judgement judge_suite(Runner& runner, const std::vector<PlannedProperty>& suite,
                      const JudgeOptions& options);

}  // namespace gradgrind
