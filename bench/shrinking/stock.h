// The challenge in stock RapidCheck: its own generators, its own shrinks, its own greedy loop.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace gradgrind::challenge {

struct StockResult {
  int seeds = 0;
  int minimal = 0;          ///< Seeds that ended at the exact minimum.
  int cut = 0;              ///< Seeds that the budget ended.
  double mean_runs = 0;     ///< Calls of the predicate while shrinking.
  double mean_numel = 0;    ///< Elements left.
  double milliseconds = 0;  ///< Mean.
};

/// Runs the task of that name, or gives nothing where RapidCheck has no value that could express
/// it. Each seed may take up to `budget` calls.
std::optional<StockResult> run_stock(const std::string& task, int seeds, int budget);

}  // namespace gradgrind::challenge
