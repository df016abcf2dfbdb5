// Where the dynamic loader looks for the libraries of a program, changed in place.
//
// Layer 4, faces. No LibTorch.
#pragma once

#include <string>

namespace gradgrind::nightly {

/// What an ELF file says about where its libraries lie: DT_RPATH or DT_RUNPATH.
struct SearchPath {
  std::string folders;      ///< "$ORIGIN/lib:/opt/torch/lib"; empty: it says nothing.
  bool serves_all = false;  ///< DT_RPATH: also for the libraries of its libraries.
};

/// Throws UsageError where `file` is no ELF file of 64 bits, lowest byte first.
SearchPath search_path(const std::string& file);

/// Makes the search path of a program serve the libraries of its libraries too.
void make_search_path_serve_all(const std::string& program);

/// Takes away the search path of a library, so that its program's holds.
void remove_search_path(const std::string& library);

}  // namespace gradgrind::nightly
