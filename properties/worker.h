// A child process that serves requests until it is told to stop, or dies.
//
// Why fork and not start the program anew: forking a warm LibTorch process takes 3-4.5 ms, starting
// one 400, and the user's contracts, which may capture anything, are there already.
#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>

namespace gradgrind {

struct WorkerLimits {
  double hang_seconds = 20;  ///< Without a heartbeat in the journal, while a case is judged.
  double memory_gb = 8;      ///< Address space beyond what the process has at the start.
};

/// The answer of a worker: a text, or how it died.
struct Reply {
  std::optional<std::string> text;
  std::string death;  ///< "segmentation fault", "exits with status 0", "no end after 20 s", ...
  std::string phase;  ///< What the subject was doing when it died: "forward", ...
  std::string site;   ///< Where, as site_of_death() says; empty where nobody knows.
};

class Worker {
 public:
  /// Sends word from the child before its answer is ready.
  using Tell = std::function<void(const std::string& word)>;
  using Serve = std::function<std::string(const std::string& request, const Tell& tell)>;

  /// Forks. The child uses one thread, since OpenMP after a fork hangs once a parallel region has
  /// run, and answers each request with what `serve` gives back. Throws InternalError when the
  /// system refuses.
  Worker(Serve serve, const WorkerLimits& limits);
  /// Lets the child end; kills it when it does not within hang_seconds.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Sends a request and waits for the answer; `hear` is given each word that comes before it.
  /// After a death only the destructor may follow.
  Reply request(const std::string& text, const Tell& hear = {});

 private:
  [[noreturn]] void serve_until_closed(const Serve& serve);
  /// Whether a case that is judged shows no sign of life; `awake_since` is when this process last
  /// woke from a standstill, in nanoseconds of steady_clock.
  bool hangs(std::int64_t awake_since) const;
  Reply death_of_child(bool was_killed);

  WorkerLimits limits_;
  pid_t child_ = -1;
  int to_child_ = -1;
  int from_child_ = -1;
};

/// Whether several threads of LibTorch may run here: not in a worker that was forked from a process
/// with more than one, since OpenMP waits for threads there that were not forked with it.
bool may_start_threads();

/// Whether a worker may be forked here: not under a debugger, and not once CUDA is initialised.
bool can_isolate();

}  // namespace gradgrind
