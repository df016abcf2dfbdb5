// Checking a contract: results, findings, replay.
//
// Layer 3, properties. Works without GoogleTest; gradgrind/gtest.h makes a test of each property.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "gradgrind/generators/case.h"
#include "gradgrind/generators/case_file.h"
#include "gradgrind/generators/neighbours.h"
#include "gradgrind/generators/verdict.h"
#include "gradgrind/properties/contract.h"
#include "gradgrind/properties/property.h"
#include "gradgrind/properties/settings.h"

namespace gradgrind {

/// A failed property with its smallest case: what reports and case files hold.
struct Finding {
  std::string contract;
  Identity identity;
  std::string claim;
  Evidence evidence;  ///< Of the smallest case.
  Case smallest;
  /// The operator at fault, with the user's line: "first to differ: aten::sub.Tensor(float32
  /// [2])\nin
  /// ..."; empty where none can be blamed.
  std::string operators;
  Neighbourhood neighbours;  ///< What matters in the smallest case, and what does not.
  std::string path;          ///< Where the case is stored; empty when it could not be.
  std::string report;        ///< All of this in words, and how to replay it.
  std::uint64_t seed = 0;    ///< Of the stream it was found in.
  std::uint64_t index = 0;   ///< Its case there.
  int shrink_runs = 0;
  int shrinks = 0;
};

/// What came of one property of a contract.
struct PropertyResult {
  std::string contract;
  std::string property;
  Outcome outcome = Outcome::holds;
  std::string reason;  ///< Of not_applicable, discarded and not_run; of an exception that stands.
  std::string error;   ///< A misuse that a case showed; empty for none.
  int cases = 0;       ///< Judged: held or failed.
  int discarded = 0;
  int planned = 0;           ///< Would have run with time enough.
  bool out_of_time = false;  ///< Time cut the tail of the stream.
  double seconds = 0;
  std::vector<Finding> findings;
  std::map<std::string, int> statistics;  ///< "dtype float32" -> cases, "x.values zero" -> cases.
  std::vector<std::string> warnings;      ///< What health checks say.
};

/// All properties of a contract.
struct CheckResult {
  std::string contract;
  std::vector<std::string> problems;  ///< What makes the contract impossible; nothing ran then.
  std::vector<PropertyResult> properties;

  bool holds() const;
  std::vector<Finding> findings() const;
};

/// Checks a contract against a suite. Findings are stored under Settings::folder.
CheckResult check_all(const Contract& contract, const Suite& suite,
                      const Settings& settings = process_settings());

/// The findings of check_all(). Throws UsageError when the contract is impossible.
std::vector<Finding> check(const Contract& contract, const Suite& suite,
                           const Settings& settings = process_settings());
std::vector<Finding> check(const Contract& contract);

/// Says that this program replays stored cases of the contract of that name when it is given
/// --gradgrind_replay=FILE: reports name that command then, and otherwise a call of replay_file().
/// GRADGRIND_TEST says it by itself.
void offer_replay(const std::string& contract);

/// Judges one case by one property, in this process, with no child and no shrinking: a debugger
/// stops at the fault. Throws UsageError where the case is not of the contract or the property is
/// unknown.
Verdict replay(const Contract& contract, const std::string& property, const Case& a_case);
/// Likewise for a stored case; `property` defaults to the one that the file names.
Verdict replay_file(const Contract& contract, const std::string& path,
                    const std::string& property = {});

}  // namespace gradgrind
