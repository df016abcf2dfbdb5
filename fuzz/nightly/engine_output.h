// What libFuzzer prints, line by line.
//
// Layer 4, faces. No LibTorch.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gradgrind::nightly {

/// "#1024  NEW    cov: 12 ft: 34 corp: 5/60b lim: 4 exec/s: 512 rss: 90Mb ...".
struct EngineProgress {
  std::string event;  ///< "INITED", "NEW", "REDUCE", "pulse", "DONE", ...
  std::int64_t executions = 0;
  std::int64_t features = 0;
  std::int64_t corpus = 0;  ///< Inputs.
};

/// None for a line of another kind.
std::optional<EngineProgress> progress_of(std::string_view line);

/// The path in "... Test unit written to PATH", or "".
std::string artifact_of(std::string_view line);

}  // namespace gradgrind::nightly
