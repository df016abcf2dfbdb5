#include "gradgrind/generators/source.h"

#include <gmock/gmock.h>

#include <array>
#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "gradgrind/generators/error.h"

namespace gradgrind {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Property;
using testing::Throws;

constexpr double kLargest = std::numeric_limits<double>::max();

ByteSource source_of(const std::vector<std::uint8_t>& bytes) {
  return ByteSource(bytes.data(), bytes.size());
}

TEST(RandomSource, IsAPureFunctionOfItsSeed) {
  RandomSource first(7);
  RandomSource second(7);
  RandomSource other(8);
  EXPECT_EQ(first.key(), second.key());
  EXPECT_EQ(first.pick({}, 1000), second.pick({}, 1000));
  EXPECT_NE(first.key(), other.key());
}

TEST(RandomSource, KeepsItsStreamFromVersionToVersion) {
  // The first words of splitmix64 from seed 0, as published with it.
  RandomSource source(0);
  EXPECT_EQ(source.key(), 0xe220a8397b1dcdafULL);
  EXPECT_EQ(source.key(), 0x6e789e6aa1b965f4ULL);
  EXPECT_EQ(source.key(), 0x06c45d188009454fULL);
}

TEST(RandomSource, GivesEachOptionItsShare) {
  RandomSource source(1);
  std::array<int, 6> counts{};
  for (int i = 0; i < 60000; ++i) ++counts.at(source.pick({}, 6));
  for (const int count : counts) EXPECT_NEAR(count, 10000, 500);
}

TEST(RandomSource, IgnoresFacets) {
  RandomSource with(3);
  RandomSource without(3);
  EXPECT_EQ(with.pick({"dim B", 2}, 100), without.pick({}, 100));
}

TEST(ByteSource, TakesAByteForUpTo256Options) {
  const std::vector<std::uint8_t> bytes = {255, 7, 9};
  ByteSource source = source_of(bytes);
  EXPECT_EQ(source.pick({}, 256), 255U);
  EXPECT_EQ(source.pick({}, 4), 3U);
  EXPECT_EQ(source.pick({}, 1), 0U);
  EXPECT_EQ(source.pick({}, 256), 0U) << "a choice among one takes a byte too";
}

TEST(ByteSource, TakesWiderWordsForMoreOptions) {
  const std::vector<std::uint8_t> bytes = {1, 2, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 1, 42};
  ByteSource source = source_of(bytes);
  EXPECT_EQ(source.pick({}, 65536), 0x0201U);
  EXPECT_EQ(source.pick({}, 1ULL << 32), 0x01000001U);
  EXPECT_EQ(source.pick({}, (1ULL << 32) + 1), 0x0100000000000001U % ((1ULL << 32) + 1));
  EXPECT_EQ(source.pick({}, 256), 42U);
}

TEST(ByteSource, AnswersZeroWhenUsedUp) {
  const std::vector<std::uint8_t> bytes = {5};
  ByteSource source = source_of(bytes);
  EXPECT_EQ(source.key(), 5U) << "the missing bytes of a word are 0";
  EXPECT_EQ(source.key(), 0U);
  EXPECT_EQ(source.pick({}, 300), 0U);
  EXPECT_FALSE(source.flag());
}

TEST(ByteSource, KeepsTheMeaningOfAByteWhenALaterOneChanges) {
  const std::vector<std::uint8_t> bytes = {3, 200, 7};
  const std::vector<std::uint8_t> changed = {3, 200, 99};
  ByteSource a = source_of(bytes);
  ByteSource b = source_of(changed);
  EXPECT_EQ(a.below(5), b.below(5));
  EXPECT_EQ(a.below(11), b.below(11));
  EXPECT_NE(a.below(256), b.below(256));
}

TEST(Source, DrawsIntegersWithinBothBounds) {
  RandomSource source(5);
  std::set<std::int64_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(source.integer(-2, 2));
  EXPECT_THAT(seen, ElementsAre(-2, -1, 0, 1, 2));
}

TEST(Source, DrawsFromAllIntegersThereAre) {
  RandomSource source(6);
  int negative = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::int64_t value = source.integer(std::numeric_limits<std::int64_t>::min(),
                                              std::numeric_limits<std::int64_t>::max());
    negative += static_cast<int>(value < 0);
  }
  EXPECT_NEAR(negative, 500, 100);
}

TEST(Source, DrawsRealsWithBothEnds) {
  const std::vector<std::uint8_t> bytes = {0, 0, 0, 0, 255, 255, 255, 255};
  ByteSource source = source_of(bytes);
  EXPECT_EQ(source.real(0.1, 0.7), 0.1);
  EXPECT_EQ(source.real(0.1, 0.7), 0.7);
}

TEST(Source, DrawsRealsFromTheWholeRangeOfDoubles) {
  RandomSource source(9);
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(std::isfinite(source.real(-kLargest, kLargest)));
}

TEST(Source, SaysWhatIsWrongWithItsBounds) {
  RandomSource source(1);
  EXPECT_THAT(
      [&] { source.integer(3, 2); },
      Throws<UsageError>(Property(
          &UsageError::what, HasSubstr("Source::integer(3, 2): the lowest is above the highest"))));
  EXPECT_THAT([&] { source.real(0, std::numeric_limits<double>::infinity()); },
              Throws<UsageError>(Property(
                  &UsageError::what, HasSubstr("Source::real(0, inf): bounds must be finite"))));
  EXPECT_THAT(
      [&] {
        source.pick({"dim B", 2}, 0);
      },
      Throws<UsageError>(
          Property(&UsageError::what, HasSubstr("Source::pick(\"dim B\", 0): a choice needs"))));
}

TEST(Hash, IsTheSameInEveryVersion) {
  EXPECT_EQ(hash(""), mix(0xcbf29ce484222325ULL));
  EXPECT_EQ(hash("a"), mix(0xaf63dc4c8601ec8cULL));
  EXPECT_EQ(hash("foobar"), mix(0x85944171f73967e8ULL));
}

}  // namespace
}  // namespace gradgrind
