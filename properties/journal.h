// The journal: what is running right now, in memory that outlives the process that dies.
//
// One mapped page, written without system calls. A worker writes it, its supervisor reads it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

namespace gradgrind {

constexpr std::size_t kJournalFrames = 48;

/// The mapped page. All fields are plain memory: a worker may die between any two writes.
struct JournalPage {
  std::atomic<std::uint64_t> case_index;  ///< Position in the property's list of cases.
  std::atomic<std::uint64_t> is_running;  ///< 1 while the subject may run.
  std::atomic<std::uint64_t>
      is_probing;  ///< 1 while the subject is probed; the index is the probe's.
  std::atomic<std::uint64_t> is_shrinking;   ///< 1 while a failure is made smaller and explained.
  std::atomic<std::uint64_t> is_explaining;  ///< 1 while the neighbours of the smallest are run.
  std::atomic<std::int64_t> heartbeat_ns;    ///< steady_clock when a phase last changed.
  char phase[64];                            ///< "forward", "backward", ...
  char thrown_in[64];                        ///< The phase that an exception left last.
  char last_words[1024];                     ///< What a terminate handler could still say.
  std::atomic<std::uint64_t> frame_count;    ///< Return addresses where it died, innermost first;
  void* frames[kJournalFrames];              ///< the same in parent and child, which are forks.
};

/// The phase in which a destructor of the subject runs.
constexpr char kDestroying[] = "destroying the subject";

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
  int exceptions_;
};

/// Sets a mark of the journal while it lives.
class JournalMark {
 public:
  explicit JournalMark(std::atomic<std::uint64_t>& mark) : mark_(mark) { mark_ = 1; }
  ~JournalMark() { mark_ = 0; }
  JournalMark(const JournalMark&) = delete;
  JournalMark& operator=(const JournalMark&) = delete;

 private:
  std::atomic<std::uint64_t>& mark_;
};

/// Notes that a property starts on, and is done with, the case at `index`.
void journal_case_begins(std::uint64_t index);
void journal_case_ends();

/// Tells the journal that things go on.
void journal_heartbeat();

}  // namespace gradgrind
