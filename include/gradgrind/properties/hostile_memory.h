// A tensor allocator that shows what the ordinary one hides.
//
// Layer 3, properties. LibTorch asks one allocator for the memory of all CPU tensors; while a
// HostileMemory lives, this is it. It needs no LibTorch of one's own making and sees inside
// LibTorch's own kernels. Memory that code takes by other ways (vectors, malloc) is not concerned.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace gradgrind {

struct HostileMemoryOptions {
  /// A page that cannot be touched lies right behind each tensor: reading or writing past the end
  /// is a segmentation fault. Elements keep the alignment of their own size, and no more.
  bool guards = true;
  /// What fresh memory holds. Two runs under different bytes that give different results have read
  /// what nobody wrote. Absent: whatever lies there.
  std::optional<std::uint8_t> fill;
  /// Bytes of one tensor; more throw what LibTorch throws when memory runs out.
  std::uint64_t most_at_once = ~std::uint64_t{0};
  /// Bytes of all living tensors together.
  std::uint64_t most_together = ~std::uint64_t{0};
};

/// What was asked for while it lived.
struct TensorMemoryUse {
  std::uint64_t allocations = 0;
  std::uint64_t total = 0;    ///< Bytes of all of them.
  std::uint64_t largest = 0;  ///< Of one, granted or not.
  std::uint64_t peak = 0;     ///< Living at one time.
  bool refused = false;       ///< A limit was met.
};

/// Installs the allocator for its lifetime, for all threads, and puts the former one back. Tensors
/// may outlive it. One lives at a time; a second throws InternalError.
class HostileMemory {
 public:
  explicit HostileMemory(const HostileMemoryOptions& options = {});
  ~HostileMemory();
  HostileMemory(const HostileMemory&) = delete;
  HostileMemory& operator=(const HostileMemory&) = delete;

  TensorMemoryUse use() const;

  /// Whether one lives.
  static bool is_installed();
};

/// Bytes with a page behind them that cannot be touched: what reads past the end dies.
class GuardedBytes {
 public:
  explicit GuardedBytes(std::size_t size);
  ~GuardedBytes();
  GuardedBytes(const GuardedBytes&) = delete;
  GuardedBytes& operator=(const GuardedBytes&) = delete;

  std::byte* data() const { return data_; }

 private:
  std::byte* first_ = nullptr;
  std::size_t pages_ = 0;
  std::byte* data_ = nullptr;
};

}  // namespace gradgrind
