// The same checks as properties of stock RapidCheck: over arbitrary strings for a loader, over
// sizes, masks and numbers of its own generators for a masked function; and a property of a vector.
//
// usage: gradgrind_bench_stock_rapidcheck NAME SECONDS SEED [RUNS]; prints what libFuzzer's
// statistics say and exits with 77 where the property fails.
#include <rapidcheck.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/fuzzing/by_hand.h"
#include "bench/fuzzing/masks_by_hand.h"

namespace {

volatile unsigned long runs = 0;

[[noreturn]] void finish(int status) {
  char text[80];
  const int size = std::snprintf(text, sizeof(text), "stat::number_of_executed_units: %lu\n", runs);
  if (write(2, text, static_cast<std::size_t>(size)) != size) std::_Exit(1);
  std::_Exit(status);
}

void die(int) { finish(77); }

std::vector<float> numbers(std::int64_t count) {
  return *rc::gen::container<std::vector<float>>(static_cast<std::size_t>(count),
                                                 rc::gen::arbitrary<float>());
}

bench::MaskedInput masked_input(const std::string& name) {
  const bench::MaskedSizes most = bench::most_of(name);
  bench::MaskedInput input;
  input.batch = *rc::gen::inRange<std::int64_t>(1, most.batch + 1);
  input.length = *rc::gen::inRange<std::int64_t>(1, most.length + 1);
  input.width = *rc::gen::inRange<std::int64_t>(1, most.width + 1);
  input.position = *rc::gen::inRange<std::int64_t>(0, input.length);
  for (std::size_t i = bench::mask_size_of(name, input); i > 0; --i) {
    input.hides.push_back(*rc::gen::arbitrary<bool>() ? 1 : 0);
  }
  const std::int64_t count = input.batch * input.length * input.width;
  input.x = numbers(count);
  input.other = numbers(count);
  return input;
}

// That of tests/fuzz/three_constants.cpp.
void check_numbers(const std::vector<int>& numbers) {
  if (numbers.size() < 3) return;
  if (numbers[0] != 0x1badcafe) return;
  if (numbers[1] != 0x0ddba11) return;
  if (numbers[2] == 0x7e57ab1e) throw std::logic_error("three numbers are met");
}

// A generator whose values are runs of the check: nothing shrinks where nothing is shown.
rc::Gen<bool> checked(const std::string& name) {
  if (name == "three_constants") {
    return rc::gen::map(rc::gen::arbitrary<std::vector<int>>(), [](const std::vector<int>& list) {
      check_numbers(list);
      return true;
    });
  }
  if (bench::most_of(name).batch > 0) {
    return rc::gen::exec([name] {
      bench::check_mask_by_hand(name, masked_input(name));
      return true;
    });
  }
  return rc::gen::map(rc::gen::arbitrary<std::string>(), [name](const std::string& bytes) {
    bench::check_by_hand(name, bytes);
    return true;
  });
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4 && count != 5) return 2;
  const auto end = std::chrono::steady_clock::now() +
                   std::chrono::duration<double>(std::strtod(arguments[2], nullptr));
  const unsigned long most = count == 5 ? std::strtoul(arguments[4], nullptr, 10) : ~0UL;
  std::signal(SIGSEGV, die);
  std::signal(SIGABRT, die);
  const rc::Gen<bool> check = checked(arguments[1]);
  rc::Random random(std::strtoull(arguments[3], nullptr, 10));
  while (std::chrono::steady_clock::now() < end) {
    for (int size = 0; size < 200; ++size) {
      if (runs == most) finish(0);
      runs = runs + 1;
      try {
        static_cast<void>(check(random.split(), size).value());
      } catch (...) {
        finish(77);
      }
    }
  }
  finish(0);
}
