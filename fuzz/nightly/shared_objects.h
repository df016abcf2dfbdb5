// The shared objects that a program loads, as the system's loader finds them.
//
// Layer 4, faces. No LibTorch.
#pragma once

#include <string>
#include <vector>

namespace gradgrind::nightly {

struct SharedObject {
  std::string name;  ///< By which it is asked for: "libc10.so.1.13".
  std::string file;  ///< What is loaded, without links.
  /// Of the C library, the loader included: only ever as good as the loader of the same build.
  bool is_of_libc = false;
};

/// All that `program` loads, the libraries of its libraries too, by name. Throws UsageError where
/// one is not found, and names it.
std::vector<SharedObject> shared_objects(const std::string& program);

}  // namespace gradgrind::nightly
