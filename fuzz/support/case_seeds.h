// Inputs of a contract's target to start from.
#pragma once

#include <string>
#include <vector>

#include "fuzz/support/property_choice.h"
#include "gradgrind/fuzz/target.h"
#include "gradgrind/generators/case_space.h"
#include "gradgrind/generators/source.h"

namespace gradgrind::fuzz {

/// The bytes from which a ByteSource makes the case that `source` draws.
std::string drawn_case(const CaseSpace& space, Source& source);

/// A dozen small inputs: the simplest case, edges that differ much, and random ones, with the
/// properties of a suite of `properties` taken in turn. Pure in its arguments.
std::vector<Seed> case_seeds(const CaseSpace& space, const PropertyChoice& choice,
                             std::size_t properties);

}  // namespace gradgrind::fuzz
