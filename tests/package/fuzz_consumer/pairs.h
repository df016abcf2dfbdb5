// A loader that knows nothing of tests.
#pragma once

#include <ATen/core/Tensor.h>

#include <stdexcept>
#include <string_view>

struct PairsError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The pairs of a file that is one byte for their number, then two bytes for each.
at::Tensor load_pairs(std::string_view file);
