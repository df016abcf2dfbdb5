#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/ones.h>
#include <c10/util/Exception.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <optional>

#include "gradgrind/generators/error.h"
#include "gradgrind/properties/hostile_memory.h"

namespace gradgrind {
namespace {

HostileMemoryOptions filled(std::uint8_t byte) {
  HostileMemoryOptions options;
  options.fill = byte;
  return options;
}

// What a subject with a fault reads: the element behind the last.
float read_behind(const at::Tensor& tensor) {
  const volatile float* const data = tensor.data_ptr<float>();
  return data[tensor.numel()];
}

TEST(HostileMemoryDeathTest, ReadingBehindATensorDies) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  const HostileMemory memory;
  for (const std::int64_t size : {1, 3, 1024, 5000}) {
    const at::Tensor tensor = at::ones({size});
    EXPECT_EXIT(read_behind(tensor), testing::KilledBySignal(SIGSEGV), "") << size;
    EXPECT_EQ(tensor.data_ptr<float>()[size - 1], 1) << "the last element is there";
  }
}

TEST(HostileMemoryDeathTest, ReadingBehindGuardedBytesDies) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  const GuardedBytes bytes(17);
  std::memset(bytes.data(), 1, 17);
  const volatile std::byte* const data = bytes.data();
  EXPECT_EXIT(static_cast<void>(data[17]), testing::KilledBySignal(SIGSEGV), "");
}

TEST(HostileMemory, FillsWhatNobodyWrote) {
  at::Tensor one;
  at::Tensor other;
  {
    const HostileMemory memory(filled(0xA5));
    one = at::empty({3}, at::kByte);
  }
  {
    const HostileMemory memory(filled(0x5A));
    other = at::empty({3}, at::kByte);
  }
  EXPECT_EQ(one.data_ptr<std::uint8_t>()[2], 0xA5);
  EXPECT_EQ(other.data_ptr<std::uint8_t>()[0], 0x5A);
}

TEST(HostileMemory, LeavesWhatIsWrittenAlone) {
  const HostileMemory memory(filled(0xFF));
  const at::Tensor sum = (at::ones({7, 5}) + at::ones({7, 5})).sum();
  EXPECT_EQ(sum.item<float>(), 70);
}

TEST(HostileMemory, RefusesWhatExceedsItsLimits) {
  HostileMemoryOptions options;
  options.most_at_once = 1000;
  options.most_together = 1500;
  const HostileMemory memory(options);
  EXPECT_THROW(at::empty({1001}, at::kByte), c10::Error);
  const at::Tensor first = at::empty({1000}, at::kByte);
  EXPECT_THROW(at::empty({600}, at::kByte), c10::Error);
  const at::Tensor second = at::empty({500}, at::kByte);
  EXPECT_TRUE(memory.use().refused);
  EXPECT_EQ(memory.use().largest, 1001U);
  EXPECT_EQ(memory.use().total, 1500U);
  EXPECT_EQ(memory.use().peak, 1500U);
}

TEST(HostileMemory, CountsTensorsThatAreGoneNoLonger) {
  HostileMemoryOptions options;
  options.guards = false;
  options.most_together = 1000;
  const HostileMemory memory(options);
  for (int i = 0; i < 10; ++i) at::empty({800}, at::kByte);
  EXPECT_FALSE(memory.use().refused);
  EXPECT_EQ(memory.use().allocations, 10U);
  EXPECT_EQ(memory.use().peak, 800U);
}

TEST(HostileMemory, IsOutlivedByItsTensors) {
  std::optional<HostileMemory> memory(std::in_place);
  at::Tensor tensor = at::ones({10});
  memory.reset();
  tensor.resize_({10000});
  EXPECT_EQ(tensor[9].item<float>(), 1);
  const at::Tensor ordinary = at::ones({10});
  EXPECT_EQ(ordinary[9].item<float>(), 1);
}

TEST(HostileMemory, LivesAlone) {
  const HostileMemory memory;
  EXPECT_THROW(HostileMemory(), InternalError);
}

}  // namespace
}  // namespace gradgrind
