#include "bench/fuzzing/campaign.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <sstream>

namespace bench {
namespace {

constexpr int kCrash = 77;
constexpr int kTimeout = 70;
constexpr int kOutOfMemory = 71;

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "gradgrind_bench_XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) std::exit(1);
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

[[noreturn]] void start(const Campaign& campaign, const std::string& folder) {
  const int output = open((folder + "/output").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (output < 0 || chdir(folder.c_str()) != 0) std::_Exit(127);
  dup2(output, 1);
  dup2(output, 2);
  setenv("PLANTED", campaign.planted.c_str(), 1);
  setenv("OMP_NUM_THREADS", "1", 1);
  setenv("ASAN_OPTIONS", "allocator_may_return_null=1:detect_container_overflow=0:detect_leaks=0",
         1);
  std::vector<std::string> words = {campaign.program};
  words.insert(words.end(), campaign.flags.begin(), campaign.flags.end());
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  execv(campaign.program.c_str(), arguments.data());
  std::_Exit(127);
}

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

Campaign fuzzer(const std::string& program, const std::string& planted, unsigned seed, int seconds,
                std::uint64_t runs) {
  Campaign campaign{program, planted, {}};
  campaign.flags = {fmt::format("-seed={}", seed),
                    "-print_final_stats=1",
                    "-verbosity=1",
                    "-timeout=10",
                    "-rss_limit_mb=3000",
                    "-malloc_limit_mb=1024",
                    "-max_len=1000",
                    "-print_funcs=0"};  // else a symboliser runs now and then, whose time counts
  if (seconds > 0) campaign.flags.push_back(fmt::format("-max_total_time={}", seconds));
  if (runs > 0) campaign.flags.push_back(fmt::format("-runs={}", runs));
  return campaign;
}

Outcome run(const Campaign& campaign) {
  const Folder folder;
  const auto begin = std::chrono::steady_clock::now();
  const pid_t child = fork();
  if (child == 0) start(campaign, folder.path());
  int status = 0;
  rusage usage{};
  if (child < 0 || wait4(child, &status, 0, &usage) != child) std::exit(1);
  Outcome outcome;
  outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  outcome.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  outcome.found = code == kCrash || code == kTimeout || code == kOutOfMemory || code == 1;
  const std::string output = content(folder.path() + "/output");
  const std::string kSays = "stat::number_of_executed_units:";
  const std::size_t at = output.find(kSays);
  if (at == std::string::npos || (code != 0 && !outcome.found)) {
    fmt::print(stderr, "{} ({}) ends with {} and says:\n{}\n", campaign.program, campaign.planted,
               code, output.substr(output.size() - std::min<std::size_t>(output.size(), 2000)));
    std::exit(1);
  }
  outcome.executions = std::strtoull(output.c_str() + at + kSays.size(), nullptr, 10);
  return outcome;
}

void two_at_a_time(std::size_t count, const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  const auto go_on = [&] {
    for (std::size_t i = next++; i < count; i = next++) work(i);
  };
  const std::future<void> other = std::async(std::launch::async, go_on);
  go_on();
  other.wait();
}

std::vector<Outcome> run_all(const std::vector<Campaign>& campaigns) {
  std::vector<Outcome> outcomes(campaigns.size());
  two_at_a_time(campaigns.size(), [&](std::size_t i) {
    outcomes[i] = run(campaigns[i]);
    const std::string& program = campaigns[i].program;
    fmt::print(stderr, "  {} {}: {}\n", program.substr(program.rfind('/') + 1),
               campaigns[i].planted, to_text(outcomes[i]));
  });
  return outcomes;
}

std::string to_text(const Outcome& outcome) {
  if (!outcome.found) return fmt::format("none in {}", outcome.executions);
  return fmt::format("{} ({:.1f} s)", outcome.executions, outcome.seconds);
}

}  // namespace bench
