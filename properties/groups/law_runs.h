// The forwards that laws of algebra compare.
#pragma once

#include <functional>
#include <string>

#include "gradgrind/properties/laws.h"
#include "gradgrind/properties/trial.h"

namespace gradgrind {

using Map = std::function<at::Tensor(const at::Tensor&)>;

/// The inputs of the case in `dtype`.
Inputs inputs_in(const Trial& trial, DType dtype);
/// The outputs in this case, computed in `dtype`.
Outputs plain(Trial& trial, DType dtype);
/// Likewise with `map` applied to input `name`.
Outputs after(Trial& trial, DType dtype, const std::string& name, const Map& map);
/// Other contents of an input, in `dtype`.
at::Tensor other_contents(const Trial& trial, const std::string& name, DType dtype);

/// Where no element of the input falls, none of the outputs does but for rounding.
Verdict check_monotone_law(Trial& trial, const Law& law);
/// Changes of the input, large and small, change the outputs `law.degree` times as much at most but
/// for rounding.
Verdict check_lipschitz_law(Trial& trial, const Law& law);

}  // namespace gradgrind
