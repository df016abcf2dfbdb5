#include "fuzz/nightly/schedule.h"

#include <algorithm>
#include <tuple>

namespace gradgrind::nightly {
namespace {

constexpr double kShortest = 2;
constexpr double kLongest = 300;
constexpr double kSlicesForEach = 4;
constexpr std::uint64_t kPicksForOneByTime = 4;

}  // namespace

Schedule::Schedule(std::size_t targets, double core_seconds, int cores)
    : entries_(targets),
      slice_seconds_(std::clamp(
          core_seconds / (kSlicesForEach * static_cast<double>(std::max<std::size_t>(targets, 1))),
          kShortest, kLongest)),
      most_at_once_(
          targets == 0 ? 1 : (cores + static_cast<int>(targets) - 1) / static_cast<int>(targets)) {}

std::optional<std::size_t> Schedule::next() {
  const bool is_by_time = picks_ % kPicksForOneByTime == kPicksForOneByTime - 1;
  std::optional<std::size_t> best;
  const auto rank = [&](const Entry& entry) {
    // Those without a slice first, then by yield or by time; of equals the one with less time.
    const double by_yield = is_by_time ? 0 : -entry.yield;
    return std::tuple(entry.slices + entry.running > 0, by_yield, entry.seconds);
  };
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    if (entry.is_given_up || entry.running >= most_at_once_) continue;
    if (!best.has_value() || rank(entry) < rank(entries_[*best])) best = i;
  }
  if (!best.has_value()) return std::nullopt;
  if (entries_[*best].slices > 0) ++picks_;
  ++entries_[*best].running;
  return best;
}

void Schedule::done(std::size_t target, double seconds, std::int64_t new_features) {
  Entry& entry = entries_[target];
  --entry.running;
  ++entry.slices;
  entry.seconds += seconds;
  const double rate = static_cast<double>(new_features) / std::max(seconds, 0.1);
  entry.yield = entry.slices == 1 ? rate : (entry.yield + rate) / 2;
}

std::size_t Schedule::waiting() const {
  return static_cast<std::size_t>(std::count_if(
      entries_.begin(), entries_.end(),
      [](const Entry& entry) { return entry.slices + entry.running == 0 && !entry.is_given_up; }));
}

bool Schedule::is_empty() const {
  return std::all_of(entries_.begin(), entries_.end(),
                     [](const Entry& entry) { return entry.running == 0 && entry.is_given_up; });
}

void Schedule::resume(std::size_t target, double seconds) {
  entries_[target].seconds = seconds;
  entries_[target].slices = seconds > 0 ? 1 : 0;
}

}  // namespace gradgrind::nightly
