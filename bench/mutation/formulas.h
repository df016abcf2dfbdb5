// What the subjects of the bench are meant to compute, in the letters of their definitions.
#pragma once

#include <string>
#include <vector>

#include "gradgrind/gradgrind.h"

namespace bench {

/// The modules of torch::nn that the bench mutates.
const std::vector<std::string>& modules_with_formulas();

/// The contract with the property `equals_its_formula`: in float64 and evaluation the outputs are
/// those of the definition, written with other operators than the subject's own.
gradgrind::Contract with_formula(const gradgrind::Contract& contract);

}  // namespace bench
