#include "properties/progress.h"

#include <unistd.h>

#include <cstdio>

namespace gradgrind {
namespace {

constexpr std::chrono::milliseconds kPatience{2000};
constexpr std::chrono::milliseconds kInterval{250};
constexpr char kClearLine[] = "\r\x1b[K";

}  // namespace

ProgressLine::ProgressLine(std::string name, std::uint64_t total, const Settings& settings)
    : name_(std::move(name)),
      total_(total),
      is_on_(settings.progress && isatty(STDERR_FILENO) != 0),
      start_(std::chrono::steady_clock::now()),
      shown_(start_) {}

ProgressLine::~ProgressLine() {
  if (is_on_ && shown_ != start_) std::fputs(kClearLine, stderr);
}

void ProgressLine::update(std::uint64_t done) const {
  if (!is_on_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - start_ < kPatience || now - shown_ < kInterval) return;
  shown_ = now;
  std::fprintf(stderr, "%s%s: %llu of %llu", kClearLine, name_.c_str(),
               static_cast<unsigned long long>(done), static_cast<unsigned long long>(total_));
  std::fflush(stderr);
}

}  // namespace gradgrind
