// RapidCheck's numbers out of an input's bytes: pure, in order, and never a constant.
#include "gradgrind/fuzz/rapidcheck.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "fuzz/support/rapidcheck_draws.h"

namespace gradgrind::fuzz {
namespace {

const std::string kTwoWords("\1\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0", 16);

TEST(RapidCheckDraws, TakeBytesInTheOrderOfTheirFirstUse) {
  RapidCheckDraws draws(kTwoWords);
  EXPECT_EQ(draws.draw(77), 1U);
  EXPECT_EQ(draws.draw(5), 2U);
  EXPECT_EQ(draws.left(), 0U);
}

TEST(RapidCheckDraws, RememberWhatTheyTook) {
  RapidCheckDraws draws(kTwoWords);
  draws.draw(77);
  draws.draw(5);
  EXPECT_EQ(draws.draw(77), 1U);
  EXPECT_EQ(draws.draw(5), 2U);
}

TEST(RapidCheckDraws, TakeWhatIsLeftOfAWord) {
  RapidCheckDraws draws(std::string_view("\1\2", 2));
  EXPECT_EQ(draws.draw(1), 0x0201U);
}

TEST(RapidCheckDraws, DifferWithoutBytes) {
  RapidCheckDraws draws("");
  std::set<std::uint64_t> seen;
  for (std::uint64_t id = 0; id < 1000; ++id) seen.insert(draws.draw(id));
  EXPECT_EQ(seen.size(), 1000U);
  EXPECT_EQ(RapidCheckDraws("").draw(7), draws.draw(7));
}

TEST(Random, DrawsFromTheInputWhileOneIsJudged) {
  RapidCheckDraws draws(kTwoWords);
  const RapidCheckDrawsGuard guard(draws);
  rc::Random random;
  rc::Random copy = random;
  EXPECT_EQ(random.next(), 1U);
  EXPECT_EQ(random.next(), 2U);
  EXPECT_EQ(copy.next(), 1U);
}

TEST(Random, DrawsByItsSeedOtherwise) {
  EXPECT_EQ(rc::Random(1).next(), rc::Random(1).next());
  EXPECT_NE(rc::Random(1).next(), rc::Random(2).next());
  rc::Random random(1);
  EXPECT_NE(random.next(), random.next());
  const rc::Random::Key last_word = {{0, 0, 0, 1}};
  rc::Random one(last_word);
  rc::Random other;
  EXPECT_NE(one.split().next(), other.split().next());
}

TEST(Random, SplitsIntoTwoOthers) {
  std::set<std::uint64_t> seen;
  rc::Random random(3);
  for (int i = 0; i < 100; ++i) {
    rc::Random other = random.split();
    seen.insert(rc::Random(other).next());
    seen.insert(rc::Random(random).next());
    EXPECT_NE(other, random);
  }
  EXPECT_EQ(seen.size(), 200U);
}

TEST(Random, IsReadBackAsItIsWritten) {
  rc::Random random(3);
  random.split();
  random.next();
  std::vector<std::uint8_t> bytes;
  rc::serialize(random, std::back_inserter(bytes));
  rc::Random again;
  rc::deserialize(bytes.begin(), bytes.end(), again);
  EXPECT_EQ(again, random);
  EXPECT_EQ(again.next(), random.next());
}

TEST(Random, ServesRapidCheckItself) {
  int cases = 0;
  std::set<int> seen;
  EXPECT_TRUE(rc::check([&](const std::vector<int>& numbers, const std::string& text) {
    ++cases;
    seen.insert(numbers.begin(), numbers.end());
    RC_ASSERT(text.size() <= 100U);
  }));
  EXPECT_EQ(cases, 100);
  EXPECT_GT(seen.size(), 1000U);
}

std::unique_ptr<Target> small_sums() {
  return make_target(rapidcheck_property("small_sums", [](const std::vector<int>& numbers) {
    RC_PRE(numbers.size() != 1U);
    for (const int number : numbers) RC_ASSERT(number < 1000);
  }));
}

// An input that fails; not each does.
std::string failing_input(Target& target) {
  for (char byte = 1; byte < 100; ++byte) {
    const std::string input(200, byte);
    if (target.run(input).has_value()) return input;
  }
  throw InternalError("no input fails");
}

TEST(RapidCheckTarget, JudgesTheSameInputAlike) {
  const auto target = small_sums();
  const std::string input = failing_input(*target);
  EXPECT_EQ(target->run(input)->report, target->run(input)->report);
}

TEST(RapidCheckTarget, LetsRapidCheckShrink) {
  const auto target = small_sums();
  const Explanation explained = target->explain(failing_input(*target));
  EXPECT_THAT(explained.report, testing::HasSubstr("small_sums does not hold, after "));
  EXPECT_THAT(explained.report, testing::HasSubstr("[0, 1000]"));
  EXPECT_THAT(explained.report, testing::HasSubstr("number < 1000"));
}

TEST(RapidCheckTarget, SaysWhatAnInputStandsFor) {
  const auto target =
      make_target(rapidcheck_property("anything", [](int number) { RC_ASSERT(number == number); }));
  const std::string input("\x2a\0\0\0\0\0\0\0", 8);
  EXPECT_FALSE(target->run(input).has_value());
  EXPECT_THAT(target->explain(input).report, testing::StartsWith("anything holds for\n"));
}

TEST(RapidCheckTarget, IsNotHeldUpByGeneratorsThatDrawUntilTheyLikeIt) {
  const auto target = make_target(rapidcheck_property("texts", [](const std::string& text) {
    const int even = *rc::gen::suchThat<int>([](int number) { return number % 2 == 0; });
    RC_ASSERT(even % 2 == 0 && text.find('\0') == std::string::npos);
  }));
  for (const std::string& input :
       {std::string(), std::string(1000, '\0'), std::string(9, '\xff')}) {
    EXPECT_FALSE(target->run(input).has_value());
  }
}

}  // namespace
}  // namespace gradgrind::fuzz
