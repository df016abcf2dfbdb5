// A process of its own for each repro of a defect of LibTorch.
#pragma once

#include <c10/util/Exception.h>
#include <gtest/gtest.h>
#include <torch/version.h>

#include <functional>
#include <sstream>
#include <string>

#include "properties/journal.h"
#include "properties/worker.h"

namespace gradgrind {

/// What becomes of `repro` in a process of its own: what it gives back, "refused: ...", "another
/// exception: ..." or "dies: ...".
inline std::string outcome(const std::function<std::string()>& repro) {
  Worker worker(
      [&](const std::string&, const Worker::Tell&) -> std::string {
        journal_case_begins(0);
        std::string text;
        try {
          text = repro();
        } catch (const c10::Error& error) {
          text = std::string("refused: ") + error.what_without_backtrace();
        } catch (const std::exception& error) {
          text = std::string("another exception: ") + error.what();
        }
        journal_case_ends();
        return text;
      },
      {20, 6});
  const Reply reply = worker.request("");
  return reply.text.has_value() ? *reply.text : "dies: " + reply.death;
}

template <class T>
std::string text_of(const T& value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

class LibTorchFindings : public testing::Test {
 protected:
  void SetUp() override {
    constexpr bool is_113 = TORCH_VERSION_MAJOR == 1 && TORCH_VERSION_MINOR == 13;
    if (!is_113) GTEST_SKIP() << "facts of LibTorch 1.13; this is " << TORCH_VERSION;
  }
};

}  // namespace gradgrind
