// Watching every run of a subject inside a property's body, without the body knowing.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
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

  /// What a forward started from.
  struct Start {
    /// A key of each row of the batch, equal for equal contents; empty without a batch.
    std::vector<std::uint64_t> rows;
    std::string_view dtype;  ///< Of the first floating input, such as "float64".
  };

  struct Run {
    bool is_backward = false;
    Trace trace;
    Start start;
  };
  /// One for each run, in order.
  const std::vector<Run>& runs() const { return runs_; }

  /// Runs `body`, observed where someone watches; `start` is asked for only then.
  static void forward(const std::function<void()>& body, const std::function<Start()>& start) {
    run(false, body, start);
  }
  static void backward(const std::function<void()>& body) { run(true, body, nullptr); }

 private:
  static void run(bool is_backward, const std::function<void()>& body,
                  const std::function<Start()>& start);

  ObserveOptions options_;
  std::vector<Run> runs_;
  WatchedRuns* outer_;
};

class Contract;
class Inputs;

WatchedRuns::Start start_of(const Contract& contract, const Inputs& inputs);

}  // namespace gradgrind
