// Supervises a worker that runs the properties of one contract, and makes findings of its deaths.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "gradgrind/properties/check.h"
#include "properties/probe.h"
#include "properties/runner.h"
#include "properties/worker.h"

namespace gradgrind {

class Supervisor {
 public:
  Supervisor(Contract contract, Suite suite, Settings settings);
  ~Supervisor();

  /// Runs one property of the suite: in the worker, or in this process where `isolate` is off or
  /// cannot be had. Never throws for what the subject does.
  PropertyResult run(const Property& property);

 private:
  PropertyResult run_isolated(const Property& property);
  /// Forks the worker and has it probe the subject, as far as it survives that.
  void start_worker();
  Verdict judge_in_child(const Property& property, const Case& a_case) const;
  bool fails_alike(const Property& property, const Finding& finding, const Case& candidate) const;
  /// What a death leaves of a property, and where its run goes on if it killed no case of the plan.
  struct AfterDeath {
    PropertyResult result;
    std::uint64_t resumed_cases = 0;  ///< 0: the run is over.
  };
  AfterDeath after_death(const Property& property, const CasePlan& plan, const Reply& reply,
                         const std::optional<PropertyResult>& so_far);
  void make_smaller(Finding& finding, const Property& property);
  Neighbourhood neighbours_in_children(const Finding& finding, const Property& property) const;

  const Contract contract_;
  const Suite suite_;
  const Settings settings_;
  std::unique_ptr<Worker> worker_;
  std::unique_ptr<Runner> runner_;  // where there is no worker
  std::optional<Probe> probe_;
  std::uint64_t most_probed_ = kProbedCases;
  std::vector<Finding> deaths_;  // as far as they could be shrunk
};

}  // namespace gradgrind
