#include <gtest/gtest-spi.h>

#include <string>

#include "gradgrind/gtest.h"

namespace gradgrind {
namespace {

std::string place_of(const testing::TestPartResult& part) {
  if (part.file_name() == nullptr) return "";
  return std::string(part.file_name()) + ":" + std::to_string(part.line_number());
}

}  // namespace

Verdict intercept_assertions(const std::function<void()>& body) {
  testing::TestPartResultArray parts;
  {
    testing::ScopedFakeTestPartResultReporter reporter(
        testing::ScopedFakeTestPartResultReporter::INTERCEPT_ALL_THREADS, &parts);
    try {
      body();
    } catch (...) {
      // With --gtest_throw_on_failure an exception follows the part; it is the same failure.
      bool has_failed = false;
      for (int i = 0; i < parts.size(); ++i) {
        has_failed = has_failed || parts.GetTestPartResult(i).failed();
      }
      if (!has_failed) throw;
    }
  }
  Evidence evidence;
  std::string skipped;
  for (int i = 0; i < parts.size(); ++i) {
    const testing::TestPartResult& part = parts.GetTestPartResult(i);
    if (part.skipped()) skipped = part.message();
    if (!part.failed()) continue;
    const std::string place = place_of(part);
    if (evidence.site.empty()) evidence.site = place;
    evidence.message += (evidence.message.empty() ? "" : "\n") + place + "\n" + part.message();
  }
  if (!evidence.message.empty()) {
    evidence.kind = "assertion failed";
    return Verdict::fails(std::move(evidence));
  }
  return skipped.empty() ? Verdict::holds() : Verdict::discarded("skipped: " + skipped);
}

}  // namespace gradgrind
