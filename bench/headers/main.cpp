// What a test file takes to compile with Gradgrind's headers, beside the same file without them.
// Neither is precompiled: that is what the first build of a user costs.
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include "bench/support/measure.h"
#include "bench/support/rows.h"

namespace {

constexpr int kRounds = 3;

// std::system waits for the compiler, so that its processor time is that of a child that ended.
void compile(const std::string& kind) {
  const std::string flags = std::string(GRADGRIND_BENCH_FLAGS) + "/" + kind + ".flags";
  const std::string source = std::string(GRADGRIND_BENCH_SOURCES) + "/" + kind + "_gradgrind.cpp";
  const std::string command = std::string("'") + GRADGRIND_BENCH_COMPILER +
                              "' -std=c++17 -O0 -w -c '@" + flags + "' '" + source +
                              "' -o /dev/null";
  if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
}

}  // namespace

int main(int count, char** arguments) {
  bench::Rows rows(count, arguments);
  const auto seconds =
      bench::medians_in_turns(kRounds, {[] { compile("with"); }, [] { compile("without"); }});
  rows.add("headers: a test file without Gradgrind", seconds[1], "s of CPU");
  rows.add("headers: with Gradgrind", seconds[0], "s of CPU");
  rows.at_most(1.15, "headers: with Gradgrind", seconds[0] / seconds[1], "times without");
  return rows.finish();
}
