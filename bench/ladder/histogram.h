// Ratios of discrepancies in float32 to those in float64, counted by powers of ten.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace bench {

/// Counts ratios from below 1 to above 1e12, and infinite ones.
class Histogram {
 public:
  static constexpr std::size_t kBuckets = 15;

  void add(double ratio);

  std::size_t count(std::size_t bucket) const { return counts_[bucket]; }
  std::size_t total() const;
  /// Percentage of ratios of at least 10^power; 0 without any.
  double share_from(std::size_t power) const;
  double lowest() const { return lowest_; }  ///< Infinity without any.

  /// "1e3 to 1e4".
  static std::string name(std::size_t bucket);

 private:
  std::array<std::size_t, kBuckets> counts_{};
  double lowest_ = 1.0 / 0.0;
};

/// One column of a printed table.
struct Column {
  std::string title;
  Histogram histogram;
};

void print(const std::vector<Column>& columns);

}  // namespace bench
