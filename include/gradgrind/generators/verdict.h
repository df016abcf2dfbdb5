// What came of running a property on a case.
//
// Layer 1, vocabulary.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace gradgrind {

enum class Outcome : std::uint8_t {
  holds,
  fails,           ///< The code under test is wrong; the evidence says how.
  discarded,       ///< This case says nothing (no kernel for the dtype, a kink, ...).
  not_applicable,  ///< The property says nothing about this contract.
  not_run,         ///< The budget ended before its first case.
};

std::string_view name(Outcome outcome);

/// How a property failed on one case, in words that stand alone.
struct Evidence {
  /// What kind of failure: "differs", "not finite", "wrong shape", "throws", "dies", ... With the
  /// property, the output and the site it makes the identity of a finding.
  std::string kind;
  std::string output;   ///< The output, input or parameter concerned; empty for all.
  std::string message;  ///< What was seen, one to three lines.
  std::string worst;    ///< The worst element: index and both values. Empty where there is none.
  std::string bound;    ///< The bound that was exceeded and where it came from. Empty if exact.
  /// Where in the code: outermost frame of the user's, or the normalised message. Empty: unknown.
  std::string site;
};

/// The answer of a property about one case, or about a whole contract.
struct Verdict {
  Outcome outcome = Outcome::holds;
  std::string reason;  ///< Of discarded, not_applicable and not_run.
  Evidence evidence;   ///< Of fails.

  static Verdict holds() { return {}; }
  static Verdict fails(Evidence evidence) { return {Outcome::fails, {}, std::move(evidence)}; }
  static Verdict discarded(std::string reason) {
    return {Outcome::discarded, std::move(reason), {}};
  }
  static Verdict not_applicable(std::string reason) {
    return {Outcome::not_applicable, std::move(reason), {}};
  }
  static Verdict not_run(std::string reason) { return {Outcome::not_run, std::move(reason), {}}; }

  bool is_failure() const { return outcome == Outcome::fails; }
};

}  // namespace gradgrind
