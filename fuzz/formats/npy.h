// NumPy's .npy as a part of something larger. Internal.
#pragma once

#include <string>

#include "gradgrind/fuzz/formats/format.h"

namespace gradgrind::detail {

/// Writes one array, drawn, as `major` version 1 or 2; `prefix` keeps names of fields apart.
void write_npy(Draft& file, const std::string& payload, std::uint64_t major,
               const std::string& prefix);

}  // namespace gradgrind::detail
