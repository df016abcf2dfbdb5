// From a failing case to a finding: replayed, shrunk, explained, stored, reported.
#pragma once

#include <functional>
#include <string>

#include "gradgrind/properties/check.h"
#include "gradgrind/properties/observation.h"
#include "properties/runner.h"

namespace gradgrind {

/// The finding of `planned`, which failed with `verdict`. A case that does not fail again on a
/// subject built anew is reported as what it is: "non-deterministic".
Finding shrunk_finding(Runner& runner, const Property& property, const PlannedCase& planned,
                       const Verdict& verdict, const PropertyResult& result);

/// What is common to all ways to a finding: the parts that the plan and the verdict give.
Finding finding_of(const Contract& contract, const Property& property, const Settings& settings,
                   const PlannedCase& planned, const Verdict& verdict);

/// Stores `finding` and writes its report.
void conclude(Finding& finding, const Property& property, const Settings& settings,
              const PlannedCase& planned, const PropertyResult& result);

/// What the verdict of a neighbour of a failing case says, seen from the failure `identity`.
Likeness likeness_of(const Identity& identity, const Property& property, const Verdict& verdict);

/// The budgets of a search among neighbours, and what is known of the subject.
NeighbourOptions neighbour_options(const Contract& contract, const Settings& settings);

/// Whether two identities name one failure. Sites are compared where both are known.
bool is_same_failure(const Identity& a, const Identity& b);

}  // namespace gradgrind
