// A line on the terminal when a property takes long.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "gradgrind/properties/settings.h"

namespace gradgrind {

/// Shows "Name: 41 of 100" on standard error once two seconds have passed, at most four times a
/// second, and removes it at the end. Does nothing where standard error is no terminal.
class ProgressLine {
 public:
  ProgressLine(std::string name, std::uint64_t total, const Settings& settings);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void update(std::uint64_t done) const;

 private:
  std::string name_;
  std::uint64_t total_;
  bool is_on_;
  std::chrono::steady_clock::time_point start_;
  mutable std::chrono::steady_clock::time_point shown_;
};

}  // namespace gradgrind
