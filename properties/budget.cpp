#include "properties/budget.h"

#include <algorithm>
#include <vector>

#include "properties/case_plan.h"

namespace gradgrind {
namespace {

// Probing takes some of the seconds, and an estimate may be short.
constexpr double kShared = 0.75;

// A case that takes more than this part of all seconds is not begun.
constexpr double kMostOfACase = 0.25;

}  // namespace

double case_seconds(const Property& property, const Probe& probe) {
  const double forward = property.in_float64
                             ? std::max(probe.forward_seconds, probe.float64_seconds)
                             : probe.forward_seconds;
  return property.cost * forward;
}

double share_of(const Contract& contract, const Suite& suite, const Property& property,
                const Settings& settings, const Probe& probe) {
  if (settings.seconds <= 0) return 0;
  const auto wanted = [&](const Property& other) {
    int cases = planned_cases(contract, other, settings);
    if (other.quantifier == Quantifier::some) cases = std::min(cases, kLeastRefuting);
    return cases * case_seconds(other, probe);
  };
  double planned = 0;
  std::vector<const Property*> by_rank;
  for (const Property& other : suite) {
    if (other.ruled_out != nullptr && !other.ruled_out(contract).empty()) continue;
    planned += wanted(other);
    by_rank.push_back(&other);
  }
  // Everything fits with room to spare: an estimate that is off shall not cut anything.
  if (planned < settings.seconds / 4) return settings.seconds;
  const auto least = [&](const Property& other) {
    return other.least_cases * case_seconds(other, probe);
  };
  std::stable_sort(by_rank.begin(), by_rank.end(), [&](const Property* a, const Property* b) {
    return a->least_cases != b->least_cases ? a->least_cases > b->least_cases
                                            : case_seconds(*a, probe) < case_seconds(*b, probe);
  });
  double left = settings.seconds * kShared;
  double fitting = 0;
  bool fits = false;
  for (const Property* other : by_rank) {
    const bool is_out_of_proportion = case_seconds(*other, probe) > settings.seconds * kMostOfACase;
    if (is_out_of_proportion || least(*other) > left) continue;
    left -= least(*other);
    fitting += wanted(*other);
    fits = fits || other->name == property.name;
  }
  if (!fits) return -1;
  return least(property) + left * wanted(property) / fitting;
}

}  // namespace gradgrind
