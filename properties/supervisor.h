// Supervises a worker that runs the properties of one contract, and makes findings of its deaths.
#pragma once

#include <memory>
#include <string>

#include "gradgrind/properties/check.h"
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
  PropertyResult result_of_death(const Property& property, const Reply& reply);

  const Contract contract_;
  const Suite suite_;
  const Settings settings_;
  std::unique_ptr<Worker> worker_;
  std::unique_ptr<class Runner> runner_;  // where there is no worker
};

}  // namespace gradgrind
