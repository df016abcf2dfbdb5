// The tensor shrinking challenge: prints one table, and writes its rows with `--json FILE`.
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/shrinking/stock.h"
#include "bench/shrinking/tasks.h"
#include "gradgrind/generators/case_text.h"
#include "gradgrind/generators/shrink.h"

namespace {

using namespace gradgrind;
using namespace gradgrind::challenge;

constexpr int kStockBudget = 2000;  // As ShrinkOptions::runs.

struct Options {
  std::string json;
  int seeds = 100;
  int stock_seeds = 100;
};

struct Result {
  int minimal = 0;
  double mean_numel = 0;  ///< Of all inputs, at the start.
  double mean_runs = 0;
  double milliseconds = 0;
  std::string other_end;  ///< A case that is not the minimum, for people.

  /// The runs that the challenge allows.
  double goal() const { return 50 + 20 * std::log2(mean_numel); }
};

Result run(const Task& task, int seeds) {
  Result result;
  for (int seed = 0; seed < seeds; ++seed) {
    const Case start_case = failing_case(task, static_cast<std::uint64_t>(seed));
    const auto start = std::chrono::steady_clock::now();
    const Shrunk shrunk = shrink(task.space, start_case, task.fails);
    const std::chrono::duration<double, std::milli> elapsed =
        std::chrono::steady_clock::now() - start;
    if (shrunk.smallest == task.minimum)
      ++result.minimal;
    else
      result.other_end =
          fmt::format("{}, seed {}:\n{}", task.name, seed, describe(shrunk.smallest));
    result.mean_numel += static_cast<double>(total_numel(start_case)) / seeds;
    result.mean_runs += static_cast<double>(shrunk.runs) / seeds;
    result.milliseconds += elapsed.count() / seeds;
  }
  return result;
}

nlohmann::json row(const std::string& name, double value, const std::string& unit,
                   const std::string& goal, bool is_met) {
  return {{"name", name}, {"value", value}, {"unit", unit}, {"goal", goal}, {"met", is_met}};
}

/// A figure without a goal, for comparison.
nlohmann::json row(const std::string& name, double value, const std::string& unit) {
  return {{"name", name}, {"value", value}, {"unit", unit}, {"goal", nullptr}, {"met", nullptr}};
}

class Report {
 public:
  explicit Report(const Options& options) : options_(options) {
    fmt::print("{:<48}{:>9}{:>9}{:>8}{:>7}{:>9} | RapidCheck{:>9}{:>8}{:>8}{:>10}\n", "task",
               "numel", "minimal", "runs", "goal", "ms", "minimal", "runs", "numel", "ms");
  }

  void add(const std::string& name, const Result& ours, const std::optional<StockResult>& stock) {
    const double share = 100.0 * ours.minimal / options_.seeds;
    fmt::print("{:<48}{:>9.0f}{:>8.0f}%{:>8.1f}{:>7.0f}{:>9.2f} | ", name, ours.mean_numel, share,
               ours.mean_runs, ours.goal(), ours.milliseconds);
    if (stock) {
      fmt::print("{:>10}{:>8.0f}%{:>8.0f}{:>8.1f}{:>10.2f}\n", "",
                 100.0 * stock->minimal / stock->seeds, stock->mean_runs, stock->mean_numel,
                 stock->milliseconds);
    } else {
      fmt::print("{:>10}{:>9}{:>8}{:>8}{:>10}\n", "", "-", "-", "-", "-");
    }
    const std::string title = "shrinking, " + name;
    rows_.push_back(row(title + ": exact minimum", share, "% of seeds", ">= 99", share >= 99));
    rows_.push_back(row(title + ": runs", ours.mean_runs, "runs, mean",
                        fmt::format("<= {:.0f}", ours.goal()), ours.mean_runs <= ours.goal()));
    rows_.push_back(row(title + ": time", ours.milliseconds, "ms, mean"));
    if (stock)
      rows_.push_back(row(title + ": runs of stock RapidCheck", stock->mean_runs, "runs, mean"));
    if (!ours.other_end.empty()) other_ends_.push_back(ours.other_end);
  }

  /// Prints cases that are not the minimum, and writes the rows.
  void finish() const {
    for (const std::string& end : other_ends_) fmt::print("\nnot the minimum: {}\n", end);
    if (!options_.json.empty()) std::ofstream(options_.json) << rows_.dump(2) << '\n';
  }

 private:
  const Options& options_;
  nlohmann::json rows_ = nlohmann::json::array();
  std::vector<std::string> other_ends_;
};

/// Nothing where the arguments are not understood.
std::optional<Options> parse(const std::vector<std::string>& arguments) {
  Options options;
  for (std::size_t i = 0; i + 1 < arguments.size(); i += 2) {
    if (arguments[i] == "--json") {
      options.json = arguments[i + 1];
    } else if (arguments[i] == "--seeds") {
      options.seeds = std::stoi(arguments[i + 1]);
    } else if (arguments[i] == "--stock-seeds") {
      options.stock_seeds = std::stoi(arguments[i + 1]);
    } else {
      return std::nullopt;
    }
  }
  if (arguments.size() % 2 != 0) return std::nullopt;
  return options;
}

}  // namespace

int main(int count, char** arguments) {
  const auto options = parse({arguments + 1, arguments + count});
  if (!options) {
    fmt::print(stderr, "usage: {} [--json FILE] [--seeds N] [--stock-seeds N]\n", arguments[0]);
    return 2;
  }
  Report report(*options);
  for (const Task& task : tasks()) {
    report.add(task.name, run(task, options->seeds),
               run_stock(task.name, options->stock_seeds, kStockBudget));
  }
  const Task large = tasks(1024)[1];
  report.add(large.name + ", up to 1024x1024", run(large, options->seeds), std::nullopt);
  report.finish();
}
