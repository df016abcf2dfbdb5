#include <ostream>

#include "gradgrind/gtest.h"

namespace gradgrind {

bool HoldsMatcher::MatchAndExplain(const Contract& contract, std::ostream* explanation) const {
  install_assertion_interceptor(intercept_assertions);
  const Suite suite = {find_property(suite_of(contract.only({})), property_)};
  const CheckResult checked = check_all(contract, suite);
  for (const std::string& problem : checked.problems) {
    if (explanation != nullptr) *explanation << "\n" << problem;
  }
  for (const PropertyResult& result : checked.properties) {
    if (explanation == nullptr) continue;
    if (!result.error.empty()) *explanation << "\n" << result.error;
    if (!result.reason.empty()) *explanation << "which says: " << result.reason;
    for (const Finding& finding : result.findings) *explanation << "\n" << finding.report;
  }
  // What was not tested does not hold.
  return checked.holds() && checked.properties.front().outcome == Outcome::holds;
}

void HoldsMatcher::DescribeTo(std::ostream* text) const {
  *text << "is a contract for which " << property_ << " holds";
}

void HoldsMatcher::DescribeNegationTo(std::ostream* text) const {
  *text << "is a contract for which " << property_ << " does not hold";
}

}  // namespace gradgrind
