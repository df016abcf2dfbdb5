#include "fuzz/support/night_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "generators/file_io.h"
#include "gradgrind/generators/error.h"
#include "gradgrind/generators/source.h"

namespace gradgrind::fuzz {
namespace {

namespace fs = std::filesystem;

constexpr char kFlag[] = "--gradgrind_night=";
constexpr double kSecondsBetweenStatuses = 1;

// Never destroyed, as the target.
NightLog*& installed() {
  static NightLog* log = nullptr;
  return log;
}

// A text of the code under test may be no UTF-8.
std::string to_text(const nlohmann::json& value) {
  return value.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

constexpr std::size_t kLongestCurrent = 1 << 20;

// Never unmapped: what it holds is for whoever comes after the process.
char* mapped_file(const std::string& path) {
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) return nullptr;
  constexpr std::size_t kSize = sizeof(std::uint64_t) + kLongestCurrent;
  void* const memory = ftruncate(file, kSize) == 0
                           ? mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
                           : MAP_FAILED;
  close(file);
  return memory == MAP_FAILED ? nullptr : static_cast<char*>(memory);
}

void write_whole(const std::string& path, std::string_view bytes) {
  detail::AtomicFile file(path);
  file.write(bytes.data(), bytes.size());
  file.commit();
}

}  // namespace

std::string key_of(const std::string& signature) { return fmt::format("{:016x}", hash(signature)); }

NightLog::NightLog(std::string folder)
    : folder_(std::move(folder)),
      status_file_(fmt::format("{}/status/{}.json", folder_, ::getpid())) {
  try {
    fs::create_directories(folder_ + "/findings");
    fs::create_directories(folder_ + "/status");
    write_status();
    current_ = mapped_file(folder_ + "/current");
  } catch (const std::system_error& error) {
    throw UsageError(kFlag + folder_ + ": the folder cannot be written: " + error.what());
  }
}

double NightLog::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

void NightLog::meet(const Failure& failure, Bytes input) {
  Met& met = met_[failure.signature];
  const bool is_first = met.times++ == 0;
  if (!is_first && input.size() >= met.smallest) return;
  if (is_first) met.seconds = seconds();
  met.smallest = input.size();
  try {
    keep(failure, input);
  } catch (const std::system_error& error) {
    // The disk may have room again for the next input of this signature.
    met.smallest = static_cast<std::size_t>(-1);
    std::fprintf(stderr, "gradgrind: a finding cannot be kept: %s\n", error.what());
  }
  if (is_first) {
    std::fprintf(stderr, "gradgrind: finding %s\n", failure.signature.c_str());
    write_status();
  }
}

void NightLog::keep(const Failure& failure, Bytes input) const {
  const std::string folder = folder_ + "/findings/" + key_of(failure.signature);
  const std::string text = to_text(
      {{"signature", failure.signature}, {"verdict", failure.verdict}, {"report", failure.report}});
  // The description is there before the input, and who reads takes findings that have both.
  write_whole(folder + "/finding.json", text);
  write_whole(folder + "/input", input);
}

void NightLog::count_damage(const std::string& name, bool is_accepted) {
  Damage& damage = damage_[name];
  ++damage.inputs;
  if (is_accepted) ++damage.accepted;
}

void NightLog::input_begins(Bytes input) {
  if (current_ == nullptr) return;
  const std::uint64_t size = std::min(input.size(), kLongestCurrent);
  std::memcpy(current_ + sizeof(size), input.data(), size);
  std::memcpy(current_, &size, sizeof(size));
}

void NightLog::input_done() {
  ++inputs_;
  // A clock reading costs as much as a small input.
  if (inputs_ % 64 == 0 && seconds() - written_ > kSecondsBetweenStatuses) write_status();
}

void NightLog::write_status() {
  written_ = seconds();
  nlohmann::json status = {{"inputs", inputs_}, {"seconds", written_}};
  status["findings"] = nlohmann::json::object();
  for (const auto& [signature, met] : met_) {
    status["findings"][signature] = {{"times", met.times}, {"seconds", met.seconds}};
  }
  status["damage"] = nlohmann::json::object();
  for (const auto& [name, damage] : damage_) {
    status["damage"][name] = {{"inputs", damage.inputs}, {"accepted", damage.accepted}};
  }
  try {
    write_whole(status_file_, to_text(status));
  } catch (const std::system_error&) {
    // Counts are no findings: the next status tries again.
  }
}

void apply_night_flag(int* argc, char** argv) {
  int kept = 0;
  std::string folder;
  for (int i = 0; i < *argc; ++i) {
    if (std::strncmp(argv[i], kFlag, std::strlen(kFlag)) == 0) {
      folder = argv[i] + std::strlen(kFlag);
    } else {
      argv[kept++] = argv[i];
    }
  }
  *argc = kept;
  argv[kept] = nullptr;
  if (folder.empty()) return;
  installed() = new NightLog(folder);
  // A slice ends by exit(), of the engine.
  std::atexit([] { installed()->write_status(); });
}

NightLog* night_log() { return installed(); }

}  // namespace gradgrind::fuzz
