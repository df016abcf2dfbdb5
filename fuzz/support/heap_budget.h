// What the code under test takes from the heap by operator new.
#pragma once

#include <cstdint>
#include <optional>

namespace gradgrind::fuzz {

struct HeapUse {
  std::uint64_t allocations = 0;
  std::uint64_t largest = 0;  ///< Of one, granted or not.
  std::int64_t peak = 0;      ///< Living at one time, since the budget began.
  bool refused = false;
};

/// While it lives, allocations of this thread by operator new are counted, filled, and refused
/// with std::bad_alloc beyond the limits. Replaces the program's operator new, unless the program
/// has one of its own or is built with AddressSanitizer; nothing is counted then. Budgets do not
/// nest.
class HeapBudget {
 public:
  /// `most`: bytes at once and together. `fill`: what fresh memory holds.
  explicit HeapBudget(std::uint64_t most, std::optional<std::uint8_t> fill = std::nullopt);
  ~HeapBudget();
  HeapBudget(const HeapBudget&) = delete;
  HeapBudget& operator=(const HeapBudget&) = delete;

  HeapUse use() const;
};

}  // namespace gradgrind::fuzz
