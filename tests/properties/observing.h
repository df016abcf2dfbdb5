// Options of the observations that tests make.
#pragma once

#include "gradgrind/properties/observation.h"

namespace gradgrind {

inline ObserveOptions values() {
  ObserveOptions options;
  options.scan_values = true;
  return options;
}

}  // namespace gradgrind
