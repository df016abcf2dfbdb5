// Who fuzzes next: the time of a night goes to what still yields new behaviour.
//
// Layer 4, faces. No LibTorch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace gradgrind::nightly {

/// Each target has a first slice, in order. After that most slices go to the target with the most
/// new features a second, of late, and every fourth to the one that has had the least time. Not
/// safe for use by several threads.
class Schedule {
 public:
  /// `targets` share `core_seconds`, on `cores` at once.
  Schedule(std::size_t targets, double core_seconds, int cores);

  /// How long a slice is, in seconds: 2 to 300. Starting a LibTorch process takes one.
  double slice_seconds() const { return slice_seconds_; }
  /// The next target, which runs until done() is called; none where all have been given up, or run
  /// on as many cores as they may.
  std::optional<std::size_t> next();
  void done(std::size_t target, double seconds, std::int64_t new_features);
  /// It is not run again.
  void give_up(std::size_t target) { entries_[target].is_given_up = true; }
  /// How many have had no slice yet.
  std::size_t waiting() const;
  /// Whether nothing runs, and nothing will.
  bool is_empty() const;
  /// Takes up where a night was interrupted.
  void resume(std::size_t target, double seconds);

 private:
  struct Entry {
    double seconds = 0;
    double yield = 0;  ///< New features a second, each slice counting half of what comes after it.
    int slices = 0;
    int running = 0;
    bool is_given_up = false;
  };

  std::vector<Entry> entries_;
  double slice_seconds_;
  int most_at_once_;
  std::uint64_t picks_ = 0;
};

}  // namespace gradgrind::nightly
