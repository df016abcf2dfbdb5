#include "gradgrind/generators/verdict.h"

#include "gradgrind/generators/error.h"

namespace gradgrind {

std::string_view name(Outcome outcome) {
  switch (outcome) {
    case Outcome::holds:
      return "holds";
    case Outcome::fails:
      return "fails";
    case Outcome::discarded:
      return "discarded";
    case Outcome::not_applicable:
      return "not applicable";
    case Outcome::not_run:
      return "not run";
  }
  throw InternalError("verdict: an outcome without a name: " +
                      std::to_string(static_cast<int>(outcome)));
}

}  // namespace gradgrind
