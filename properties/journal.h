// The journal: what is running right now, in memory that outlives the process that dies.
//
// One mapped page, written without system calls. A worker writes it, its supervisor reads it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

namespace gradgrind {

/// The mapped page. All fields are plain memory: a worker may die between any two writes.
struct JournalPage {
  std::atomic<std::uint64_t> case_index;   ///< Position in the property's list of cases.
  std::atomic<std::uint64_t> is_running;   ///< 1 while a property judges a case.
  std::atomic<std::int64_t> heartbeat_ns;  ///< steady_clock when a phase last changed.
  std::atomic<std::uint64_t> limited_ns;   ///< Nanoseconds until the heartbeat counts as a hang.
  char phase[64];                          ///< "forward", "backward", ...
  char last_words[1024];                   ///< What a terminate handler could still say.
};

/// The page of this process, shared with children that are forked later. Never null.
JournalPage& journal();

/// Marks what the subject is doing while the object lives. Costs two stores and a clock reading.
class Phase {
 public:
  explicit Phase(const char* what);
  ~Phase();
  Phase(const Phase&) = delete;
  Phase& operator=(const Phase&) = delete;

 private:
  char before_[64];
};

/// Notes that a property starts on, and is done with, the case at `index`.
void journal_case_begins(std::uint64_t index);
void journal_case_ends();

/// Tells the journal that things go on.
void journal_heartbeat();

}  // namespace gradgrind
