// Fills arrays in bulk: one drawn key, then a hash of key and position for each element. Internal.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gradgrind/generators/array.h"
#include "gradgrind/generators/domain.h"
#include "gradgrind/generators/source.h"

namespace gradgrind::detail {

/// The names that the classes of a ValuePolicy may have.
const std::vector<std::string>& value_classes();

/// Fills a floating or complex array by one class of `policy`, real and imaginary parts alike.
/// Throws UsageError for another dtype or a class that value_classes() does not have.
void fill_floats(Source& source, const ValuePolicy& policy, const std::string& value_class,
                 Array& values);

/// Moves each part of each element to the nearest value that `policy` allows: within its bounds,
/// or else of magnitude up to 1000 or what its classes reach. NaN, where it is not allowed, becomes
/// the value nearest to 0.
void repair_floats(const ValuePolicy& policy, Array& values);

/// constant, uniform, repeats, lowest, highest, edges.
const std::vector<std::string>& integer_classes();

/// Fills an array of any dtype with integers lowest .. highest, as far as the dtype holds them.
void fill_integers(Source& source, std::size_t class_index, std::int64_t lowest,
                   std::int64_t highest, Array& values);

/// Moves each element to the nearest integer lowest .. highest that the dtype holds.
void repair_integers(std::int64_t lowest, std::int64_t highest, Array& values);

}  // namespace gradgrind::detail
