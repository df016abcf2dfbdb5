// The report of a finding: what a person reads.
#pragma once

#include <string>

#include "gradgrind/properties/check.h"

namespace gradgrind {

/// What a report tells beside the finding itself.
struct ReportContext {
  std::string origin;  ///< "random case", "stored case FILE".
  int cases = 0;       ///< Judged up to and with the failing one.
  /// Of a claim that one case proves: all of the cases fail, and the finding shows one of them.
  bool proves_nothing = false;
  std::string not_stored;  ///< Why there is no case file; empty when there is one.
};

/// At most 40 lines of 100 columns for a usual finding, in one order: claim, what was seen, worst
/// element, bound, smallest case, operator, what does not matter and what does, the nearest case
/// that holds, where it was found, replay, C++.
std::string report_of(const Finding& finding, const ReportContext& context);

/// The report with headings in bold and the first line in red, for a terminal.
std::string coloured(const std::string& report);

}  // namespace gradgrind
