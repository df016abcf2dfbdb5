// The two exceptions that Gradgrind throws. What the code under test does wrong is a Verdict,
// never an exception.
//
// Layer 1, vocabulary.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace gradgrind {

/// The caller misused Gradgrind. The text names what was called, the argument, its value, the rule
/// and what to do instead.
class UsageError : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;

  /// One error that lists every problem, one a line.
  explicit UsageError(const std::vector<std::string>& problems);
};

/// Gradgrind itself is wrong. The text names the invariant and the value that broke it.
class InternalError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// "unknown dim 'Q'; known: B, T, H. Did you mean ...": the text for a name that was looked up and
/// not found. `what` is the kind of thing ("dim", "property").
std::string unknown_name(const std::string& what, const std::string& name,
                         const std::vector<std::string>& known);

}  // namespace gradgrind
