#include "properties/health.h"

#include <fmt/format.h>

namespace gradgrind {
namespace {

constexpr int kEnoughCases = 20;  // below it, what was not reached may be chance
constexpr double kTooManyDiscards = 0.5;

// The reason that most cases were discarded for.
std::string main_reason(const PropertyResult& result) {
  std::string reason;
  int most = 0;
  for (const auto& [facet, count] : result.statistics) {
    if (facet.rfind("discarded: ", 0) != 0 || count <= most) continue;
    most = count;
    reason = facet.substr(11);
  }
  return reason;
}

void check_reached(const std::string& facet, const std::string& what, PropertyResult& result) {
  if (result.statistics.count(facet) != 0) return;
  const std::string reason = main_reason(result);
  result.warnings.push_back(fmt::format("{} is promised, and no case of {} was judged{}", what,
                                        result.cases, reason.empty() ? "" : ": " + reason));
}

}  // namespace

void check_health(const Contract& contract, const Property& property, PropertyResult& result) {
  const bool is_whole = property.quantifier == Quantifier::every && result.findings.empty() &&
                        result.error.empty() && result.outcome != Outcome::not_applicable;
  if (!is_whole) return;
  const int seen = result.cases + result.discarded;
  if (result.cases == 0 && seen > 0) {
    result.warnings.push_back(fmt::format("all {} cases were discarded, so nothing was tested: {}",
                                          seen, main_reason(result)));
    return;
  }
  if (seen >= kEnoughCases && result.discarded > kTooManyDiscards * seen) {
    result.warnings.push_back(fmt::format("{} of {} cases were discarded: {}", result.discarded,
                                          seen, main_reason(result)));
  }
  const Signature& signature = contract.space().signature();
  if (result.cases < kEnoughCases) return;
  for (const DType dtype : signature.dtypes) {
    check_reached("dtype " + std::string(name(dtype)), std::string(name(dtype)), result);
  }
  for (const auto& [input, domain] : signature.inputs) {
    for (const LayoutKind kind : domain.layouts) {
      check_reached(input + ".layout " + std::string(name(kind)),
                    "a " + std::string(name(kind)) + " " + input, result);
    }
  }
}

}  // namespace gradgrind
