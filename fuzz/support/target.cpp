#include "gradgrind/fuzz/target.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "fuzz/support/engine.h"
#include "gradgrind/generators/source.h"

extern "C" {
// libFuzzer's; null under other engines and in a replay.
__attribute__((weak)) std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size,
                                                   std::size_t capacity);
}

namespace gradgrind::fuzz {
namespace {

// Never destroyed: LibTorch's own statics are gone before ours would be.
Target*& installed() {
  static Target* target = nullptr;
  return target;
}

std::function<std::vector<Seed>()>& offered() {
  static auto* const seeds = new std::function<std::vector<Seed>()>();
  return *seeds;
}

}  // namespace

std::size_t Target::mutate(std::uint8_t* data, std::size_t size, std::size_t capacity,
                           unsigned seed) {
  return mutate_bytes(data, size, capacity, seed);
}

std::string Target::shrink(Bytes input, const FailsAlike& fails_alike) {
  return shrink_bytes(input, fails_alike);
}

bool offer_seeds(std::function<std::vector<Seed>()> seeds) {
  offered() = std::move(seeds);
  return true;
}

std::vector<Seed> offered_seeds() { return offered() ? offered()() : std::vector<Seed>(); }

Target* current_target() { return installed(); }

void keep_target(std::unique_ptr<Target> target) {
  if (installed() != nullptr) {
    std::fprintf(stderr,
                 "GRADGRIND_FUZZ(%s): this program fuzzes %s already; a program has one target\n",
                 target->name().c_str(), installed()->name().c_str());
    std::abort();
  }
  installed() = target.release();
}

std::size_t mutate_bytes(std::uint8_t* data, std::size_t size, std::size_t capacity,
                         unsigned seed) {
  if (LLVMFuzzerMutate != nullptr) return LLVMFuzzerMutate(data, size, capacity);
  RandomSource source(seed);
  if (size == 0 || (size < capacity && source.below(4) == 0)) {
    if (capacity == 0) return 0;
    data[size] = static_cast<std::uint8_t>(source.below(256));
    return size + 1;
  }
  if (source.below(4) == 0) return size - 1;
  data[source.below(size)] ^= static_cast<std::uint8_t>(1U << source.below(8));
  return size;
}

}  // namespace gradgrind::fuzz
