// The same checks as a property of stock RapidCheck, over arbitrary strings.
//
// usage: gradgrind_bench_stock_rapidcheck NAME SECONDS SEED; prints what libFuzzer's statistics say
// and exits with 77 where the property fails.
#include <rapidcheck.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "bench/fuzzing/by_hand.h"

namespace {

volatile unsigned long runs = 0;

[[noreturn]] void finish(int status) {
  char text[80];
  const int size = std::snprintf(text, sizeof(text), "stat::number_of_executed_units: %lu\n", runs);
  if (write(2, text, static_cast<std::size_t>(size)) != size) std::_Exit(1);
  std::_Exit(status);
}

void die(int) { finish(77); }

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) return 2;
  const std::string name = arguments[1];
  const auto end = std::chrono::steady_clock::now() +
                   std::chrono::duration<double>(std::strtod(arguments[2], nullptr));
  std::signal(SIGSEGV, die);
  std::signal(SIGABRT, die);
  const rc::Gen<std::string> any = rc::gen::arbitrary<std::string>();
  rc::Random random(std::strtoull(arguments[3], nullptr, 10));
  while (std::chrono::steady_clock::now() < end) {
    for (int size = 0; size < 200; ++size) {
      runs = runs + 1;
      const std::string bytes = any(random.split(), size).value();
      try {
        bench::check_by_hand(name, bytes);
      } catch (...) {
        finish(77);
      }
    }
  }
  finish(0);
}
