#include "bench/ladder/histogram.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace bench {
namespace {

constexpr std::size_t kInfinite = Histogram::kBuckets - 1;

std::size_t bucket_of(double ratio) {
  if (std::isinf(ratio)) return kInfinite;
  if (!(ratio >= 1)) return 0;
  const auto power = static_cast<std::size_t>(std::floor(std::log10(ratio)));
  return std::min(power + 1, kInfinite - 1);
}

}  // namespace

void Histogram::add(double ratio) {
  ++counts_[bucket_of(ratio)];
  lowest_ = std::min(lowest_, ratio);
}

std::size_t Histogram::total() const {
  return std::accumulate(counts_.begin(), counts_.end(), std::size_t{0});
}

double Histogram::share_from(std::size_t power) const {
  const auto first = counts_.begin() + static_cast<std::ptrdiff_t>(power + 1);
  const std::size_t above = std::accumulate(first, counts_.end(), std::size_t{0});
  return total() == 0 ? 0 : 100.0 * static_cast<double>(above) / static_cast<double>(total());
}

std::string Histogram::name(std::size_t bucket) {
  if (bucket == 0) return "below 1";
  if (bucket == kInfinite) return "infinite";
  if (bucket == kInfinite - 1) return fmt::format("above 1e{}", bucket - 1);
  return fmt::format("1e{} to 1e{}", bucket - 1, bucket);
}

void print(const std::vector<Column>& columns) {
  fmt::print("{:<14}", "ratio");
  for (const Column& column : columns) fmt::print("{:>22}", column.title);
  fmt::print("\n");
  for (std::size_t bucket = 0; bucket < Histogram::kBuckets; ++bucket) {
    fmt::print("{:<14}", Histogram::name(bucket));
    for (const Column& column : columns) {
      const std::size_t count = column.histogram.count(bucket);
      fmt::print("{:>22}", count == 0 ? "" : std::to_string(count));
    }
    fmt::print("\n");
  }
  fmt::print("{:<14}", "all");
  for (const Column& column : columns) fmt::print("{:>22}", column.histogram.total());
  fmt::print("\n\n");
}

}  // namespace bench
