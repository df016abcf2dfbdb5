#include "fuzz/support/error_cost.h"

#include <c10/util/Backtrace.h>
#include <c10/util/Logging.h>

#include <string>

#include "gradgrind/fuzz/levers.h"

namespace gradgrind::fuzz {

void set_error_cost() {
  if (levers().cheap_errors) {
    c10::SetStackTraceFetcher([] { return std::string(); });
  } else {
    c10::SetStackTraceFetcher([] { return c10::get_backtrace(/*frames_to_skip=*/1); });
  }
}

}  // namespace gradgrind::fuzz
