// The texts that OSS-Fuzz and ClusterFuzzLite ask a project for.
//
// Layer 4, faces. No LibTorch.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace gradgrind::nightly {

struct ProjectFile {
  std::string path;  ///< In the folder of the export.
  std::string text;
  bool is_program = false;
};

std::vector<ProjectFile> project_files(const std::string& project, const std::string& repository);

/// What NAME_fuzzer.options says.
std::string fuzzer_options();

}  // namespace gradgrind::nightly
