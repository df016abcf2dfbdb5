// What the bench fuzzes.
#pragma once

#include <memory>
#include <string>

#include "gradgrind/fuzz/target.h"

namespace bench {

/// Of the planted loader of that name; or "csv", "idx", "npy", "raw", "block", "safetensors": a
/// sound loader of the format; or "unpickler", "sum": what only a lever lets an engine see. Null
/// for no such name.
std::unique_ptr<gradgrind::fuzz::Target> target_of(const std::string& name);

}  // namespace bench
