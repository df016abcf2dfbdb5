// A night as JSON, for programs, and for the next report. What is written reads back equal.
//
//   {
//     "format": "gradgrind-night", "version": 1,
//     "started": "2026-11-23 02:00:00", "seconds": 28800.0, "budget": 28800.0, "cores": 2,
//     "starts": 1, "versions": ["Gradgrind 0.1.0", ...], "problems": [...], "findings": [{"target",
//     "verdict", "signature", "state": "new|known|fixed", "is_from_this_night",
//                   "reason", "summary", "report", "input", "input_bytes", "replay", "times_met",
//                   "seconds_to_first", "first_seen", "source"}, ...],
//     "targets": [{"name", "kind": "fuzzer|suite", "seconds", "executions",
//     "executions_per_second",
//                  "corpus", "deaths", "problem", "curve", "damage": [{"name", "inputs",
//                  "accepted", "refused"}, ...]}, ...],
//     "curve": {"seconds": [...], "executions": [...], "features": [...], "findings": [...]}
//   }
//
// A text that is no UTF-8 is {"hex": "ff00"}; a number that is not finite is "inf", "-inf" or
// "nan". Fields that a reader does not know are to be ignored; one that changes its meaning raises
// the version.
//
// Layer 4, faces. No LibTorch.
#pragma once

#include <string>

#include "fuzz/nightly/night.h"

namespace gradgrind::nightly {

std::string to_json(const Night& night);

/// Throws UsageError, with `name` (the file's) and the place in it, where `text` is no such JSON.
Night night_from_json(const std::string& text, const std::string& name);

}  // namespace gradgrind::nightly
