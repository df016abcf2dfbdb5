#include "gradgrind/properties/hostile_memory.h"

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <c10/util/Exception.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <mutex>
#include <vector>

#include "gradgrind/generators/error.h"

namespace gradgrind {
namespace {

std::size_t page_size() {
  static const auto size = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return size;
}

// Mapped pages with a guard behind them. Mapping takes three system calls, so small ones are kept.
class GuardedPages {
 public:
  std::byte* take(std::size_t pages) {
    if (pages < kept_.size()) {
      const std::lock_guard<std::mutex> lock(mutex_);
      std::vector<std::byte*>& free = kept_[pages];
      if (!free.empty()) {
        std::byte* const first = free.back();
        free.pop_back();
        return first;
      }
    }
    const std::size_t bytes = pages * page_size();
    void* const mapped = mmap(nullptr, bytes + page_size(), PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapped == MAP_FAILED) return nullptr;
    auto* const first = static_cast<std::byte*>(mapped);
    if (mprotect(first + bytes, page_size(), PROT_NONE) != 0) return nullptr;
    return first;
  }

  void give_back(std::byte* first, std::size_t pages) {
    if (pages < kept_.size()) {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (kept_[pages].size() < kMostKept) return kept_[pages].push_back(first);
    }
    munmap(first, (pages + 1) * page_size());
  }

 private:
  static constexpr std::size_t kMostKept = 64;
  std::mutex mutex_;
  std::array<std::vector<std::byte*>, 17> kept_;
};

// Never destroyed: tensors may outlive everything.
GuardedPages& pages() {
  static auto* const kept = new GuardedPages();
  return *kept;
}

std::size_t pages_for(std::size_t size) {
  return std::max<std::size_t>(1, (size + page_size() - 1) / page_size());
}

// The end of the last page is the end of the data.
std::byte* at_the_end(std::byte* first, std::size_t count, std::size_t size) {
  return first + (count * page_size() - size);
}

// Bytes of the blocks of one HostileMemory that live; those that outlive it count down too.
using Living = std::shared_ptr<std::atomic<std::uint64_t>>;

// How a block is given back.
struct Block {
  std::byte* first = nullptr;  // of guarded pages
  std::size_t pages = 0;
  std::size_t size = 0;
  c10::DataPtr plain;  // of the former allocator, where there are no guards
  Living living;
};

void free_block(void* context) {
  const std::unique_ptr<Block> block(static_cast<Block*>(context));
  *block->living -= block->size;
  if (block->first != nullptr) pages().give_back(block->first, block->pages);
}

class HostileAllocator final : public c10::Allocator {
 public:
  void start(const HostileMemoryOptions& options) {
    if (is_on_.exchange(true)) throw InternalError("HostileMemory: one lives already");
    options_ = options;
    former_ = c10::GetCPUAllocator();
    // Blocks that outlive their HostileMemory keep its count.
    if (living_ == nullptr || living_.use_count() > 1) {
      living_ = std::make_shared<std::atomic<std::uint64_t>>(0);
    }
    use_ = {};
    c10::SetCPUAllocator(this, kPriority);
  }

  void stop() {
    c10::SetCPUAllocator(former_, kPriority);
    is_on_ = false;
  }

  c10::DataPtr allocate(std::size_t size) const override {
    // A storage remembers its allocator and comes back to it when it is resized, however late.
    if (!is_on_) return former_->allocate(size);
    note(size);
    auto block = std::make_unique<Block>();
    block->size = size;
    std::byte* data = nullptr;
    if (options_.guards) {
      block->pages = pages_for(size);
      block->first = pages().take(block->pages);
      TORCH_CHECK(block->first != nullptr,
                  "HostileMemory: can't allocate memory: you tried to allocate ", size, " bytes");
      data = at_the_end(block->first, block->pages, size);
    } else {
      block->plain = former_->allocate(size);
      data = static_cast<std::byte*>(block->plain.get());
    }
    if (options_.fill.has_value() && size > 0) std::memset(data, *options_.fill, size);
    block->living = living_;
    const std::uint64_t now = *living_ += size;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      use_.peak = std::max(use_.peak, now);
    }
    return {data, block.release(), &free_block, c10::Device(c10::DeviceType::CPU)};
  }

  bool is_on() const { return is_on_; }

  TensorMemoryUse use() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return use_;
  }

 private:
  // LibTorch keeps the allocator of the highest priority that was ever set.
  static constexpr std::uint8_t kPriority = 255;

  void note(std::size_t size) const {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++use_.allocations;
    use_.largest = std::max<std::uint64_t>(use_.largest, size);
    if (size <= options_.most_at_once && *living_ + size <= options_.most_together) {
      use_.total += size;
      return;
    }
    use_.refused = true;
    TORCH_CHECK(false, "HostileMemory: can't allocate memory: you tried to allocate ", size,
                " bytes; the limit is ", std::min(options_.most_at_once, options_.most_together),
                " bytes");
  }

  std::atomic<bool> is_on_{false};
  HostileMemoryOptions options_;
  c10::Allocator* former_ = nullptr;
  Living living_;
  mutable std::mutex mutex_;
  mutable TensorMemoryUse use_;
};

// Never destroyed, like the pages.
HostileAllocator& allocator() {
  static auto* const hostile = new HostileAllocator();
  return *hostile;
}

}  // namespace

HostileMemory::HostileMemory(const HostileMemoryOptions& options) { allocator().start(options); }

HostileMemory::~HostileMemory() { allocator().stop(); }

TensorMemoryUse HostileMemory::use() const { return allocator().use(); }

bool HostileMemory::is_installed() { return allocator().is_on(); }

GuardedBytes::GuardedBytes(std::size_t size)
    : first_(pages().take(pages_for(size))), pages_(pages_for(size)) {
  if (first_ == nullptr) throw InternalError("GuardedBytes: no memory to be had");
  data_ = at_the_end(first_, pages_, size);
}

GuardedBytes::~GuardedBytes() { pages().give_back(first_, pages_); }

}  // namespace gradgrind
