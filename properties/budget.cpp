#include "properties/budget.h"

#include <algorithm>
#include <vector>

#include "properties/runner.h"

namespace gradgrind {

double share_of(const Contract& contract, const Suite& suite, const Property& property,
                const Settings& settings, double forward_seconds) {
  if (settings.seconds <= 0) return 0;
  double planned = 0;
  double own = 0;
  std::vector<const Property*> by_rank;
  for (const Property& other : suite) {
    if (other.ruled_out != nullptr && !other.ruled_out(contract).empty()) continue;
    const double cost = other.cost * planned_cases(contract, other, settings) * forward_seconds;
    planned += cost;
    if (other.name == property.name) own = cost;
    by_rank.push_back(&other);
  }
  // Everything fits with room to spare: an estimate that is off shall not cut anything.
  if (planned < settings.seconds / 4) return settings.seconds;
  const auto least = [&](const Property& other) {
    return other.cost * other.least_cases * forward_seconds;
  };
  std::stable_sort(by_rank.begin(), by_rank.end(), [&](const Property* a, const Property* b) {
    return a->least_cases != b->least_cases ? a->least_cases > b->least_cases : a->cost < b->cost;
  });
  double left = settings.seconds;
  bool fits = false;
  for (const Property* other : by_rank) {
    if (least(*other) > left) continue;
    left -= least(*other);
    fits = fits || other->name == property.name;
  }
  if (!fits) return -1;
  return least(property) + left * own / planned;
}

}  // namespace gradgrind
