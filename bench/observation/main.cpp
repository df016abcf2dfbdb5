// What watching operators costs: a two-layer encoder's forward, watched and unwatched. Prints one
// table, and writes its rows with `--json FILE`.
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/rand.h>
#include <fmt/format.h>
#include <torch/nn/modules/transformercoder.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "gradgrind/properties/observation.h"

namespace {

using gradgrind::ObserveOptions;

/// One way to watch, its goal as a ratio to the unwatched forward, and its times.
struct Way {
  std::string name;
  std::optional<ObserveOptions> options;
  std::optional<double> goal;
  std::vector<double> microseconds = {};

  double median() const {
    std::vector<double> sorted = microseconds;
    std::nth_element(sorted.begin(), sorted.begin() + sorted.size() / 2, sorted.end());
    return sorted[sorted.size() / 2];
  }
};

std::vector<Way> ways() {
  ObserveOptions names;
  ObserveOptions values;
  values.scan_values = true;
  ObserveOptions digests;
  digests.record_digests = true;
  ObserveOptions lines;
  lines.source_lines = true;
  return {{"unwatched", std::nullopt, std::nullopt},
          {"names and shapes", names, 1.1},
          {"values scanned", values, 1.5},
          {"digests", digests, std::nullopt},
          {"return addresses", lines, std::nullopt}};
}

double microseconds_of(const std::function<void()>& run) {
  const auto start = std::chrono::steady_clock::now();
  run();
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start)
      .count();
}

/// Takes turns, so that a busy machine slows all ways alike.
void measure(std::vector<Way>& ways, int rounds, const std::function<void()>& forward) {
  for (int round = 0; round < rounds; ++round) {
    for (Way& way : ways) {
      way.microseconds.push_back(microseconds_of([&] {
        if (way.options)
          gradgrind::observe(*way.options, forward);
        else
          forward();
      }));
    }
  }
}

struct Size {
  std::int64_t batch;
  std::int64_t tokens;
  std::int64_t width;
  bool has_goals;  ///< The goals are for a forward that does some work.
};

void bench(const Size& size, nlohmann::json& rows) {
  const auto layer = torch::nn::TransformerEncoderLayer(
      torch::nn::TransformerEncoderLayerOptions(size.width, 4).dim_feedforward(4 * size.width));
  auto encoder = torch::nn::TransformerEncoder(torch::nn::TransformerEncoderOptions(layer, 2));
  encoder->eval();
  const at::Tensor x = at::rand({size.tokens, size.batch, size.width});
  const at::NoGradGuard no_grad;
  const auto forward = [&] { encoder->forward(x); };

  std::vector<Way> measured = ways();
  constexpr int kWarmup = 20;
  measure(measured, kWarmup, forward);
  for (Way& way : measured) way.microseconds.clear();
  constexpr int kRounds = 300;
  measure(measured, kRounds, forward);

  const std::string title = fmt::format("encoder B{} T{} D{}", size.batch, size.tokens, size.width);
  const std::size_t calls = gradgrind::observe({}, forward).calls.size();
  fmt::print("{}, {} operators\n", title, calls);
  for (const Way& way : measured) {
    const double ratio = way.median() / measured.front().median();
    fmt::print("  {:<18}{:>10.0f} us{:>8.2f}\n", way.name, way.median(), ratio);
    nlohmann::json row{{"name", fmt::format("observation, {}: {}", title, way.name)},
                       {"value", way.options ? ratio : way.median()},
                       {"unit", way.options ? "times unwatched" : "us"},
                       {"goal", nullptr},
                       {"met", nullptr}};
    if (way.goal && size.has_goals) {
      row["goal"] = fmt::format("<= {}", *way.goal);
      row["met"] = ratio <= *way.goal;
    }
    rows.push_back(std::move(row));
  }
}

}  // namespace

int main(int count, char** arguments) {
  const std::vector<std::string> words(arguments + 1, arguments + count);
  if (!words.empty() && (words.size() != 2 || words[0] != "--json")) {
    fmt::print(stderr, "usage: {} [--json FILE]\n", arguments[0]);
    return 2;
  }
  at::set_num_threads(1);
  nlohmann::json rows = nlohmann::json::array();
  bench({8, 16, 64, true}, rows);
  bench({2, 4, 16, false}, rows);
  if (!words.empty()) std::ofstream(words[1]) << rows.dump(2) << '\n';
  return 0;
}
