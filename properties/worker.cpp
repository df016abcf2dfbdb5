#include "properties/worker.h"

#include <ATen/Parallel.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>

#include "gradgrind/generators/error.h"
#include "properties/death_site.h"
#include "properties/journal.h"
#include "properties/last_words.h"

namespace gradgrind {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t kStandstill = 1'000'000'000;

std::int64_t nanoseconds_now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch())
      .count();
}

// Of this process, which a fork does not copy but remembers.
bool forked_from_threads = false;

std::ptrdiff_t thread_count() {
  std::error_code ignored;
  const std::filesystem::directory_iterator tasks("/proc/self/task", ignored);
  return std::distance(begin(tasks), std::filesystem::directory_iterator());
}

bool write_all(int file, const void* data, std::size_t size) {
  const char* bytes = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t written = write(file, bytes, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

bool read_all(int file, void* data, std::size_t size) {
  char* bytes = static_cast<char*>(data);
  while (size > 0) {
    const ssize_t got = read(file, bytes, size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    bytes += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

enum class MessageKind : std::uint64_t { request, word, answer, stop };

struct Message {
  MessageKind kind = MessageKind::request;
  std::string text;
};

bool write_message(int file, MessageKind kind, const std::string& text) {
  const std::array<std::uint64_t, 2> head{static_cast<std::uint64_t>(kind), text.size()};
  return write_all(file, head.data(), sizeof(head)) && write_all(file, text.data(), text.size());
}

std::optional<Message> read_message(int file) {
  std::array<std::uint64_t, 2> head{};
  if (!read_all(file, head.data(), sizeof(head))) return std::nullopt;
  Message message{static_cast<MessageKind>(head[0]), std::string(head[1], '\0')};
  if (!read_all(file, message.text.data(), message.text.size())) return std::nullopt;
  return message;
}

// While it lives, writing to a pipe whose reader has died is an error and no signal.
class IgnoredSigpipe {
 public:
  IgnoredSigpipe() {
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &ignore, &before_);
  }
  ~IgnoredSigpipe() { sigaction(SIGPIPE, &before_, nullptr); }
  IgnoredSigpipe(const IgnoredSigpipe&) = delete;
  IgnoredSigpipe& operator=(const IgnoredSigpipe&) = delete;

 private:
  struct sigaction before_ {};
};

// What the program registered to be done at its end is for the program, not for its child: it
// would remove folders and flush files that both share.
void leave_at_exit(int status, void*) {
  std::fflush(nullptr);
  _exit(status);
}

// AddressSanitizer reserves terabytes of address space, which no limit could tell from a leak.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool kCanLimitMemory = false;
#else
constexpr bool kCanLimitMemory = true;
#endif

void limit_memory(double gigabytes) {
  if (!kCanLimitMemory) return;
  std::uint64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  const auto own = static_cast<double>(pages) * static_cast<double>(sysconf(_SC_PAGESIZE));
  const auto limit = static_cast<rlim_t>(own + gigabytes * 0x1p30);
  const rlimit address_space{limit, limit};
  setrlimit(RLIMIT_AS, &address_space);
}

std::string signal_text(int signal) {
  switch (signal) {
    case SIGSEGV:
      return "segmentation fault";
    case SIGABRT:
      return "abort";
    case SIGFPE:
      return "arithmetic fault";
    case SIGILL:
      return "illegal instruction";
    case SIGBUS:
      return "bus error";
    case SIGKILL:
      return "killed from outside (out of memory?)";
    default:
      return fmt::format("signal {} ({})", signal, strsignal(signal));
  }
}

}  // namespace

bool can_isolate() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("TracerPid:", 0) == 0 && line.find_first_of("123456789") != std::string::npos) {
      return false;
    }
  }
  return !at::detail::getCUDAHooks().hasCUDA() || !at::detail::getCUDAHooks().hasPrimaryContext(0);
}

bool may_start_threads() { return !forked_from_threads; }

Worker::Worker(Serve serve, const WorkerLimits& limits) : limits_(limits) {
  std::array<int, 2> requests{};
  std::array<int, 2> replies{};
  if (pipe(requests.data()) != 0 || pipe(replies.data()) != 0) {
    throw InternalError("worker: no pipe to be had");
  }
  journal();  // mapped before the fork, so that both sides share it
  const bool has_threads = thread_count() > 1;
  std::fflush(nullptr);
  child_ = fork();
  if (child_ < 0) throw InternalError("worker: no process to be had");
  if (child_ == 0) {
    close(requests[1]);
    close(replies[0]);
    to_child_ = replies[1];
    from_child_ = requests[0];
    forked_from_threads = has_threads;
    serve_until_closed(serve);
  }
  close(requests[0]);
  close(replies[1]);
  to_child_ = requests[1];
  from_child_ = replies[0];
}

void Worker::serve_until_closed(const Serve& serve) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  at::set_num_threads(1);
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  limit_memory(limits_.memory_gb);
  install_last_words();
  on_exit(leave_at_exit, nullptr);
  const Tell tell = [this](const std::string& word) {
    write_message(to_child_, MessageKind::word, word);
  };
  while (const std::optional<Message> request = read_message(from_child_)) {
    if (request->kind == MessageKind::stop) break;
    const std::string reply = serve(request->text, tell);
    std::fflush(nullptr);
    if (!write_message(to_child_, MessageKind::answer, reply)) break;
  }
  _exit(0);
}

bool Worker::hangs(std::int64_t awake_since) const {
  const JournalPage& page = journal();
  if (page.is_running == 0) return false;
  const std::int64_t alive = std::max<std::int64_t>(page.heartbeat_ns, awake_since);
  return static_cast<double>(nanoseconds_now() - alive) * 1e-9 > limits_.hang_seconds;
}

Reply Worker::death_of_child(bool was_killed) {
  Reply reply;
  reply.phase = journal().phase;
  int status = 0;
  waitpid(child_, &status, 0);
  child_ = -1;
  if (was_killed) {
    reply.death = fmt::format("no end after {:g} s", limits_.hang_seconds);
  } else if (WIFSIGNALED(status)) {
    reply.death = signal_text(WTERMSIG(status));
  } else {
    reply.death = fmt::format("exits with status {}", WEXITSTATUS(status));
  }
  const std::string last_words = journal().last_words;
  if (!last_words.empty()) reply.death += ": " + last_words;
  const JournalPage& page = journal();
  const std::size_t count = std::min<std::size_t>(page.frame_count, kJournalFrames);
  reply.site = site_of_death({page.frames, page.frames + count});
  return reply;
}

Reply Worker::request(const std::string& text, const Tell& hear) {
  JournalPage& page = journal();
  page.case_index = 0;
  page.is_running = 0;
  page.is_probing = 0;
  page.is_shrinking = 0;
  page.is_explaining = 0;
  page.phase[0] = '\0';
  page.last_words[0] = '\0';
  page.frame_count = 0;
  {
    const IgnoredSigpipe ignored;
    if (!write_message(to_child_, MessageKind::request, text)) return death_of_child(false);
  }
  std::int64_t awake_since = 0;
  for (;;) {
    const std::int64_t before = nanoseconds_now();
    pollfd waited{from_child_, POLLIN, 0};
    const int ready = poll(&waited, 1, /*milliseconds=*/50);
    if (ready > 0) {
      std::optional<Message> message = read_message(from_child_);
      if (!message.has_value()) return death_of_child(false);
      if (message->kind == MessageKind::answer) return {std::move(message->text), {}, {}, {}};
      if (hear != nullptr) hear(message->text);
      continue;
    }
    // A wait of 50 ms that takes a second was no wait: the machine stood still, and the child too.
    if (nanoseconds_now() - before > kStandstill) awake_since = nanoseconds_now();
    if (hangs(awake_since)) {
      kill(child_, SIGKILL);
      return death_of_child(true);
    }
  }
}

Worker::~Worker() {
  if (child_ > 0) {
    // Closing the pipe would not do: children that were forked later hold it open too.
    const IgnoredSigpipe ignored;
    write_message(to_child_, MessageKind::stop, {});
  }
  close(to_child_);
  if (child_ > 0) {
    const auto start = Clock::now();
    while (waitpid(child_, nullptr, WNOHANG) == 0) {
      if (Clock::now() - start > std::chrono::duration<double>(limits_.hang_seconds)) {
        kill(child_, SIGKILL);
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  close(from_child_);
}

}  // namespace gradgrind
