// A property: a named claim about a subject and a case.
//
// Layer 3, properties.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "gradgrind/generators/verdict.h"

namespace gradgrind {

class Contract;
class Trial;

/// How a property compares, from strict to loose (architecture, decision D4).
enum class ToleranceClass : std::uint8_t {
  exact,      ///< The same bits.
  structure,  ///< Shapes, dtypes, counts, names.
  ladder,     ///< A derived bound, then the precision ladder.
  direction,  ///< An inequality.
  statistic,  ///< A share of the error budget: Settings::error_budget.
};

/// Over which cases a claim must hold.
enum class Quantifier : std::uint8_t {
  every,  ///< One failing case refutes it; that case is shrunk.
  some,   ///< One holding case proves it ("depends on every input"); all must fail to refute it.
};

/// A named claim. Add one by adding a value of this type to the list of its group.
struct Property {
  std::string name;   ///< A claim in the third person: "keeps_batch_rows_apart".
  std::string claim;  ///< One sentence; stands first in a report.
  std::string group;  ///< "forward", "batch", ...
  ToleranceClass tolerance = ToleranceClass::exact;
  Quantifier quantifier = Quantifier::every;
  int cases = 100;          ///< Cases by default; a setting scales all.
  double cost = 1;          ///< Of a case, in forwards of the subject; for sharing out the budget.
  int least_cases = 1;      ///< Run before any property gets more, when time is short.
  bool in_float64 = false;  ///< Its forwards are float64's, whatever the case says: they cost more.

  /// Why it says nothing about this contract; empty when it does. Absent: it always does.
  std::function<std::string(const Contract&)> ruled_out;
  /// Judges one case. Exceptions of the subject may leave it: the runner makes findings of them.
  std::function<Verdict(Trial&)> check;
};

/// An ordered set of properties.
using Suite = std::vector<Property>;

/// Every property of the catalogue, in the order of its groups.
Suite default_suite();

/// The property of `suite` with that name. Throws UsageError listing the known ones.
const Property& find_property(const Suite& suite, const std::string& name);

/// The suite of one contract: the catalogue and the contract's own properties, less what `only` and
/// `without` leave out. Those that it rules out are still in it.
Suite suite_of(const Contract& contract);

}  // namespace gradgrind
