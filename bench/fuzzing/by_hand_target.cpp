// The harness that an engineer writes by hand: raw bytes to the loader that PLANTED names, or what
// libFuzzer's FuzzedDataProvider makes of them to a masked function.
#include <fuzzer/FuzzedDataProvider.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "bench/fuzzing/by_hand.h"
#include "bench/fuzzing/masks_by_hand.h"

namespace {

std::vector<float> numbers(FuzzedDataProvider& bytes, std::int64_t count) {
  std::vector<float> list;
  for (std::int64_t i = 0; i < count; ++i) {
    list.push_back(bytes.ConsumeFloatingPointInRange<float>(-1000, 1000));
  }
  return list;
}

bench::MaskedInput masked_input(const std::string& name, FuzzedDataProvider& bytes) {
  const bench::MaskedSizes most = bench::most_of(name);
  bench::MaskedInput input;
  input.batch = bytes.ConsumeIntegralInRange<std::int64_t>(1, most.batch);
  input.length = bytes.ConsumeIntegralInRange<std::int64_t>(1, most.length);
  input.width = bytes.ConsumeIntegralInRange<std::int64_t>(1, most.width);
  input.position = bytes.ConsumeIntegralInRange<std::int64_t>(0, input.length - 1);
  for (std::size_t i = bench::mask_size_of(name, input); i > 0; --i) {
    input.hides.push_back(bytes.ConsumeBool() ? 1 : 0);
  }
  const std::int64_t count = input.batch * input.length * input.width;
  input.x = numbers(bytes, count);
  input.other = numbers(bytes, count);
  return input;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const char* const name = std::getenv("PLANTED");
  static const std::string planted = name == nullptr ? "" : name;
  static const bool is_masker = bench::most_of(planted).batch > 0;
  if (is_masker) {
    FuzzedDataProvider bytes(data, size);
    bench::check_mask_by_hand(planted, masked_input(planted, bytes));
  } else {
    bench::check_by_hand(planted, {reinterpret_cast<const char*>(data), size});
  }
  return 0;
}
