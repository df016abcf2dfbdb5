#include "fuzz/support/heap_budget.h"

#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

#if defined(__SANITIZE_ADDRESS__)
#define GRADGRIND_HAS_ASAN_ 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GRADGRIND_HAS_ASAN_ 1
#endif
#endif

namespace {

struct Counted {
  bool is_on = false;
  int fill = -1;
  std::uint64_t most = 0;
  std::int64_t living = 0;
  gradgrind::fuzz::HeapUse use;
};

thread_local Counted counted;

void* allocate(std::size_t size) {
  Counted& now = counted;
  if (now.is_on) {
    ++now.use.allocations;
    now.use.largest = std::max<std::uint64_t>(now.use.largest, size);
    const bool fits = size <= now.most && now.living + static_cast<std::int64_t>(size) <=
                                              static_cast<std::int64_t>(now.most);
    if (!fits) {
      now.use.refused = true;
      throw std::bad_alloc();
    }
  }
  void* const memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  if (now.is_on) {
    now.living += static_cast<std::int64_t>(malloc_usable_size(memory));
    now.use.peak = std::max(now.use.peak, now.living);
    if (now.fill >= 0) std::memset(memory, now.fill, size);
  }
  return memory;
}

void release(void* memory) {
  Counted& now = counted;
  if (now.is_on && memory != nullptr) {
    now.living -= static_cast<std::int64_t>(malloc_usable_size(memory));
  }
  std::free(memory);
}

}  // namespace

#ifndef GRADGRIND_HAS_ASAN_
// Weak, so that a program may have its own.
__attribute__((weak)) void* operator new(std::size_t size) { return allocate(size); }
__attribute__((weak)) void operator delete(void* memory) noexcept { release(memory); }
__attribute__((weak)) void operator delete(void* memory, std::size_t) noexcept { release(memory); }
#endif

namespace gradgrind::fuzz {

HeapBudget::HeapBudget(std::uint64_t most, std::optional<std::uint8_t> fill) {
  counted = {};
  counted.most = std::min(most, std::uint64_t{1} << 62);
  counted.fill = fill.has_value() ? *fill : -1;
  counted.is_on = true;
}

HeapBudget::~HeapBudget() { counted.is_on = false; }

HeapUse HeapBudget::use() const { return counted.use; }

}  // namespace gradgrind::fuzz
