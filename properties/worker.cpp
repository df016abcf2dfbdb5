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

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <thread>

#include "gradgrind/generators/error.h"
#include "properties/journal.h"
#include "properties/last_words.h"

namespace gradgrind {
namespace {

using Clock = std::chrono::steady_clock;

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

bool write_message(int file, const std::string& text) {
  const std::uint64_t size = text.size();
  return write_all(file, &size, sizeof(size)) && write_all(file, text.data(), text.size());
}

std::optional<std::string> read_message(int file) {
  std::uint64_t size = 0;
  if (!read_all(file, &size, sizeof(size))) return std::nullopt;
  std::string text(size, '\0');
  if (!read_all(file, text.data(), text.size())) return std::nullopt;
  return text;
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

Worker::Worker(Serve serve, const WorkerLimits& limits) : limits_(limits) {
  std::array<int, 2> requests{};
  std::array<int, 2> replies{};
  if (pipe(requests.data()) != 0 || pipe(replies.data()) != 0) {
    throw InternalError("worker: no pipe to be had");
  }
  journal();  // mapped before the fork, so that both sides share it
  std::fflush(nullptr);
  child_ = fork();
  if (child_ < 0) throw InternalError("worker: no process to be had");
  if (child_ == 0) {
    close(requests[1]);
    close(replies[0]);
    to_child_ = replies[1];
    from_child_ = requests[0];
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
  while (const std::optional<std::string> request = read_message(from_child_)) {
    const std::string reply = serve(*request);
    std::fflush(nullptr);
    if (!write_message(to_child_, reply)) break;
  }
  _exit(0);
}

bool Worker::hangs() const {
  const JournalPage& page = journal();
  if (page.is_running == 0) return false;
  const std::int64_t now =
      std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch()).count();
  return static_cast<double>(now - page.heartbeat_ns) * 1e-9 > limits_.hang_seconds;
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
  return reply;
}

Reply Worker::request(const std::string& text) {
  JournalPage& page = journal();
  page.is_running = 0;
  page.phase[0] = '\0';
  page.last_words[0] = '\0';
  struct sigaction ignore {};
  struct sigaction before {};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, &before);
  const bool was_sent = write_message(to_child_, text);
  sigaction(SIGPIPE, &before, nullptr);
  if (!was_sent) return death_of_child(false);
  for (;;) {
    pollfd waited{from_child_, POLLIN, 0};
    const int ready = poll(&waited, 1, /*milliseconds=*/50);
    if (ready > 0) {
      std::optional<std::string> reply = read_message(from_child_);
      if (reply.has_value()) return {std::move(reply), {}, {}};
      return death_of_child(false);
    }
    if (hangs()) {
      kill(child_, SIGKILL);
      return death_of_child(true);
    }
  }
}

Worker::~Worker() {
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
