#include "properties/journal.h"

#include <sys/mman.h>

#include <chrono>
#include <cstring>
#include <exception>
#include <new>

#include "gradgrind/generators/error.h"

namespace gradgrind {
namespace {

std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

void copy_text(char* to, std::size_t size, const char* from) {
  std::strncpy(to, from, size - 1);
  to[size - 1] = '\0';
}

JournalPage& map_page() {
  void* page =
      mmap(nullptr, sizeof(JournalPage), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) throw InternalError("journal: no page of shared memory to be had");
  return *new (page) JournalPage{};
}

}  // namespace

JournalPage& journal() {
  static JournalPage& page = map_page();
  return page;
}

Phase::Phase(const char* what) : exceptions_(std::uncaught_exceptions()) {
  JournalPage& page = journal();
  std::memcpy(before_, page.phase, sizeof(before_));
  page.thrown_in[0] = '\0';
  copy_text(page.phase, sizeof(page.phase), what);
  page.heartbeat_ns = now_ns();
}

Phase::~Phase() {
  JournalPage& page = journal();
  // Whoever catches the exception no longer sees the phase; the innermost one is meant.
  const bool is_left_by_exception = std::uncaught_exceptions() > exceptions_;
  if (is_left_by_exception && page.thrown_in[0] == '\0') {
    std::memcpy(page.thrown_in, page.phase, sizeof(page.thrown_in));
  }
  std::memcpy(page.phase, before_, sizeof(before_));
  page.heartbeat_ns = now_ns();
}

void journal_case_begins(std::uint64_t index) {
  JournalPage& page = journal();
  page.case_index = index;
  page.thrown_in[0] = '\0';
  page.heartbeat_ns = now_ns();
  page.is_running = 1;
}

void journal_case_ends() { journal().is_running = 0; }

void journal_heartbeat() { journal().heartbeat_ns = now_ns(); }

}  // namespace gradgrind
