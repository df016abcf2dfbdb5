#include "fuzz/nightly/child_process.h"

#include <fcntl.h>
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
#include <cstring>

namespace gradgrind::nightly {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kTail = 8 << 10;
constexpr std::size_t kLongestLine = 4 << 10;
constexpr int kCannotStart = 127;

class Output {
 public:
  explicit Output(const ChildOptions& options) : options_(options) {}

  void add(std::string_view text) {
    bytes_ += text.size();
    tail_.append(text.substr(text.size() - std::min(text.size(), kTail)));
    if (tail_.size() > 2 * kTail) tail_.erase(0, tail_.size() - kTail);
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      const std::string_view part = text.substr(0, end);
      line_.append(part.substr(0, kLongestLine - std::min(kLongestLine, line_.size())));
      if (end == std::string_view::npos) return;
      flush_line();
      text.remove_prefix(end + 1);
    }
  }
  void flush_line() {
    if (options_.hear && !line_.empty()) options_.hear(line_);
    line_.clear();
  }
  std::uint64_t bytes() const { return bytes_; }
  std::string tail() const { return tail_.substr(tail_.size() - std::min(tail_.size(), kTail)); }

 private:
  const ChildOptions& options_;
  std::uint64_t bytes_ = 0;
  std::string line_;
  std::string tail_;
};

// Between fork and exec of a process with threads: nothing that allocates or locks.
[[noreturn]] void become(const std::vector<char*>& command, int output, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(kCannotStart);
  setpgid(0, 0);
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  const int nothing = open("/dev/null", O_RDONLY);
  dup2(nothing, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  execv(command.front(), command.data());
  _exit(kCannotStart);
}

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

ChildEnd run_child(const ChildOptions& options) {
  ChildEnd end;
  std::array<int, 2> pipes{};
  if (access(options.command.front().c_str(), X_OK) != 0 || pipe2(pipes.data(), O_CLOEXEC) != 0) {
    end.problem = options.command.front() + ": " + std::strerror(errno);
    return end;
  }
  std::vector<std::string> words = options.command;
  std::vector<char*> command;
  for (std::string& word : words) command.push_back(word.data());
  command.push_back(nullptr);
  const Clock::time_point start = Clock::now();
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child == 0) become(command, pipes[1], parent);
  close(pipes[1]);
  if (child < 0) {
    end.problem = options.command.front() + ": no process to be had: " + std::strerror(errno);
    close(pipes[0]);
    return end;
  }
  // Both sides do it: whichever comes first.
  setpgid(child, child);

  Output output(options);
  std::vector<char> buffer(64 << 10);
  int status = 0;
  bool has_ended = false;
  const auto drain = [&](int milliseconds) {
    pollfd waited{pipes[0], POLLIN, 0};
    if (poll(&waited, 1, milliseconds) <= 0) return false;
    const ssize_t got = read(pipes[0], buffer.data(), buffer.size());
    if (got > 0) output.add({buffer.data(), static_cast<std::size_t>(got)});
    return got > 0;
  };
  while (!has_ended) {
    if (!drain(100)) usleep(1000);
    has_ended = waitpid(child, &status, WNOHANG) == child;
    if (has_ended) break;
    end.is_late = end.is_late || seconds_since(start) > options.seconds;
    end.is_stopped = end.is_stopped || (options.should_stop && options.should_stop());
    if (end.is_late || end.is_stopped) kill(-child, SIGKILL);
  }
  // What it forked must not live on, and would hold the pipe open.
  kill(-child, SIGKILL);
  while (drain(0)) continue;
  close(pipes[0]);
  output.flush_line();
  end.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  end.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  end.seconds = seconds_since(start);
  end.output_bytes = output.bytes();
  end.tail = output.tail();
  if (end.status == kCannotStart && end.output_bytes == 0) {
    end.problem = options.command.front() + ": cannot be started";
  }
  return end;
}

}  // namespace gradgrind::nightly
