// The axes of inputs and outputs by the names of their dims, and other sizes and orders of a dim.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gradgrind/properties/trial.h"

namespace gradgrind {

/// The names of the axes of an input or of a declared output, variadic ones numbered.
std::vector<std::string> input_axes(const Trial& trial, std::size_t position);
std::vector<std::string> output_axes(const Trial& trial, std::size_t position);

/// Whether some output, or some input, has an axis of that name.
bool has_output_axis(const Trial& trial, const std::string& dim);
bool has_input_axis(const Trial& trial, const std::string& dim);

/// Why the subject of this case serves no other size or order of `dim`: it is built from it, or
/// some shape depends on it otherwise than by an axis of its own. Empty where it does.
std::string bound_to(Trial& trial, const std::string& dim);
/// Whether `size` is within the bounds and relations of the contract, all else as in the case.
bool can_have_size(const Trial& trial, const std::string& dim, std::int64_t size);

/// 0, 1, ..., count-1.
std::vector<std::int64_t> first_positions(std::int64_t count);

/// `inputs` with only `positions` along each axis of that name, in that order; a position may come
/// several times.
Inputs taken(const Trial& trial, const Inputs& inputs, const std::string& dim,
             const std::vector<std::int64_t>& positions);
/// Likewise for the declared outputs.
Outputs taken(const Trial& trial, const Outputs& outputs, const std::string& dim,
              const std::vector<std::int64_t>& positions);

}  // namespace gradgrind
