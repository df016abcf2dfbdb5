#include "gradgrind/generators/shrink.h"

#include <utility>

#include "generators/shrinker.h"

namespace gradgrind {

Shrunk shrink(const CaseSpace& space, const Case& failing, const StillFails& still_fails,
              const ShrinkOptions& options) {
  using namespace shrinking;
  Shrinker shrinker(space, failing, still_fails, options);
  shrink_everything_at_once(shrinker);
  bool is_dry = false;
  while (!is_dry && !shrinker.is_exhausted()) {
    const int before = shrinker.accepted();
    for (const auto pass :
         {shrink_dims, shrink_variadic_dims, shrink_structure, shrink_parameters, shrink_layouts,
          shrink_devices, shrink_dtypes, shrink_weights, shrink_seeds, shrink_values})
      pass(shrinker);
    if (shrinker.accepted() == before) trade_dims(shrinker);
    is_dry = shrinker.accepted() == before && !shrinker.is_exhausted();
  }
  return {shrinker.best(), shrinker.runs(), shrinker.accepted(), is_dry};
}

}  // namespace gradgrind
