// What the bench fuzzes.
#pragma once

#include <memory>
#include <string>

#include "gradgrind/fuzz/target.h"

namespace bench {

/// Of the planted loader or masker of that name; of a masker without its bug, "sound_" and its
/// name; "csv", "idx", "npy", "npz", "raw", "block", "safetensors": a sound loader of the format;
/// "pt": LibTorch's of its archives; or one of lever_target_of(). Null for no such name.
std::unique_ptr<gradgrind::fuzz::Target> target_of(const std::string& name);

}  // namespace bench
