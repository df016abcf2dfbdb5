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

  struct Run {
    bool is_backward = false;
    Trace trace;
  };
  /// One for each run, in order.
  const std::vector<Run>& runs() const { return runs_; }

  /// Runs `body`, observed where someone watches.
  static void forward(const std::function<void()>& body) { run(false, body); }
  static void backward(const std::function<void()>& body) { run(true, body); }

 private:
  static void run(bool is_backward, const std::function<void()>& body);

  ObserveOptions options_;
  std::vector<Run> runs_;
  WatchedRuns* outer_;
};

}  // namespace gradgrind
