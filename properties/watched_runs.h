// Watching every run of a subject inside a property's body, without the body knowing.
#pragma once

#include <functional>
#include <vector>

#include "gradgrind/properties/observation.h"

namespace gradgrind {

/// While it lives, each forward and each backward of a Trial on this thread is observed.
class WatchedRuns {
 public:
  explicit WatchedRuns(ObserveOptions options);
  ~WatchedRuns();
  WatchedRuns(const WatchedRuns&) = delete;
  WatchedRuns& operator=(const WatchedRuns&) = delete;

  /// One trace for each run, in order.
  const std::vector<Trace>& traces() const { return traces_; }

  /// Runs `body`, observed where someone watches.
  static void run(const std::function<void()>& body);

 private:
  ObserveOptions options_;
  std::vector<Trace> traces_;
  WatchedRuns* outer_;
};

}  // namespace gradgrind
