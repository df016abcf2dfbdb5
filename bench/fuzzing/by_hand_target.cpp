// The harness that an engineer writes by hand: raw bytes to the loader that PLANTED names.
#include <cstdint>
#include <cstdlib>

#include "bench/fuzzing/by_hand.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const char* const name = std::getenv("PLANTED");
  static const std::string planted = name == nullptr ? "" : name;
  bench::check_by_hand(planted, {reinterpret_cast<const char*>(data), size});
  return 0;
}
