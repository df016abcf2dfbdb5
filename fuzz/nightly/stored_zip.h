// Files in a zip archive, as they are, without compression.
//
// Layer 4, faces. No LibTorch.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace gradgrind::nightly {

/// The archive of (name, content), in the given order. The same files make the same archive.
/// Throws UsageError where there are more than the format holds: 65,535 files, 4 GB in all.
std::string stored_zip(const std::vector<std::pair<std::string, std::string>>& files);

}  // namespace gradgrind::nightly
