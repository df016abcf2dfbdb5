// The parts of the fuzz face: tapes, texts of exceptions, levers, which property judges, replay.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>

#include "fuzz/support/heap_budget.h"
#include "fuzz/support/message_shape.h"
#include "fuzz/support/property_choice.h"
#include "fuzz/support/tape.h"
#include "gradgrind/fuzz/coverage.h"
#include "gradgrind/fuzz/formats/known.h"
#include "gradgrind/fuzz/levers.h"
#include "gradgrind/fuzz/loader.h"
#include "gradgrind/fuzz/target.h"
#include "gradgrind/generators/source.h"
#include "tests/generators/file_folder.h"

namespace gradgrind::fuzz {
namespace {

TEST(Tape, ReadsBackWhatIsWritten) {
  Tape tape;
  tape.edits = {{1, 300, 1ULL << 63}, {7, 2, 5}};
  tape.draws = "draws";
  const std::optional<Tape> again = read_tape(written(tape));
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->edits, tape.edits);
  EXPECT_EQ(again->draws, "draws");
}

TEST(Tape, IsNoneWithoutItsMagic) {
  EXPECT_FALSE(read_tape("").has_value());
  EXPECT_FALSE(read_tape("GGtape2\n").has_value());
}

TEST(Tape, OfNothingIsAValidFile) {
  const DrawnFile file(formats::idx(), "");
  const Decoded decoded = decode(file, *read_tape(kTapeMagic));
  EXPECT_EQ(decoded.expectation, Expectation::loads);
  EXPECT_EQ(describe(file.document(), decoded.edits), "a valid file");
}

TEST(Tape, DecodesWhateverAnEngineMakesOfIt) {
  RandomSource source(3);
  for (int i = 0; i < 2000; ++i) {
    std::string bytes(kTapeMagic);
    for (std::uint64_t count = source.below(80); count > 0; --count) {
      bytes += static_cast<char>(source.below(256));
    }
    const Tape tape = *read_tape(bytes);
    const DrawnFile file(formats::safetensors(), tape.draws);
    const Decoded decoded = decode(file, tape);
    damaged(file.document(), decoded.edits);
    EXPECT_NE(describe(file.document(), decoded.edits), "");
  }
}

TEST(Tape, MutationReachesAllClassesOfDamage) {
  std::set<std::string> seen;
  for (std::uint64_t seed = 0; seed < 20000; ++seed) {
    const Tape tape = mutated({}, seed);
    const Decoded decoded = decode(DrawnFile(formats::npy(), tape.draws), tape);
    if (decoded.damage != nullptr) seen.insert(decoded.damage->name);
  }
  EXPECT_GE(seen.size(), 15U);
  EXPECT_THAT(seen, testing::IsSupersetOf({"payload cut", "count too large", "wrong magic"}));
}

TEST(MessageShape, LeavesOutWhatVariesFromInputToInput) {
  EXPECT_EQ(shape_of_message("sizes=[50528256, 131072, 0] overflow"), "sizes=[#] overflow");
  EXPECT_EQ(shape_of_message("sizes=[7] overflow"), "sizes=[#] overflow");
  EXPECT_EQ(shape_of_message("unknown key 'abc' at 0x7f3a"), "unknown key \" at #");
  EXPECT_EQ(shape_of_message("can't open"), "can't open");
  EXPECT_EQ(shape_of_message("first\nsecond"), "first");
}

TEST(MessageShape, TellsDifferentTextsApart) {
  EXPECT_NE(shape_of_message("the header is cut off"), shape_of_message("the sizes are cut off"));
}

TEST(Levers, AreSetByName) {
  Levers levers;
  apply_lever(levers, "operators", "off");
  apply_lever(levers, "hostile_memory", "7");
  EXPECT_FALSE(levers.operators);
  EXPECT_EQ(levers.hostile_memory, 7);
}

TEST(Levers, RefuseWhatIsNoValue) {
  Levers levers;
  EXPECT_EQ(usage_error([&] { apply_lever(levers, "operators", "yes"); }),
            "lever 'operators' is 'yes'; it must be on or off");
  EXPECT_EQ(usage_error([&] { apply_lever(levers, "hostile_memory", "-1"); }),
            "lever 'hostile_memory' is '-1'; it must be an integer from 0");
  EXPECT_THAT(usage_error([&] { apply_lever(levers, "operator", "on"); }),
              testing::HasSubstr("unknown lever 'operator'"));
}

TEST(Coverage, CountsEachFeatureAnew) {
  forget_features();
  note(Feature::user, 1);
  note(Feature::user, 1);
  note(Feature::user, 2);
  EXPECT_EQ(features_noted(), 2U);
  forget_features();
  EXPECT_EQ(features_noted(), 0U);
}

// A loader that refuses everything: each valid file is a finding, and nothing else is.
std::unique_ptr<Target> refusing_target() {
  return make_target(loader("refuses").format(formats::idx()).memory([](std::string_view) {
    throw std::runtime_error("refused");
    return at::Tensor();
  }));
}

std::string damaged_tape() { return written({{{0, 3, 0}, {1, 1, 1}}, "draws"}); }

class WithoutDamage : public testing::Test {
 public:
  WithoutDamage() {
    Levers levers;
    levers.damage = false;
    set_levers(levers);
  }
  ~WithoutDamage() override { set_levers({}); }
};

TEST_F(WithoutDamage, ALoaderGetsValidFilesAlone) {
  const std::unique_ptr<Target> target = refusing_target();
  for (const std::string& input : {std::string(), std::string("bytes"), damaged_tape()}) {
    const std::optional<Failure> failure = target->run(input);
    ASSERT_TRUE(failure.has_value());
    EXPECT_EQ(failure->verdict, "refuses a valid file");
  }
}

TEST_F(WithoutDamage, InputsStandForTheSameFileWithDamageToo) {
  constexpr std::size_t kCapacity = 60;
  const std::unique_ptr<Target> target = refusing_target();
  std::string input = damaged_tape();
  std::set<std::string> draws;
  for (unsigned seed = 0; seed < 100; ++seed) {
    const std::size_t size = input.size();
    input.resize(kCapacity);
    input.resize(
        target->mutate(reinterpret_cast<std::uint8_t*>(input.data()), size, kCapacity, seed));
    const std::optional<Tape> tape = read_tape(input);
    ASSERT_TRUE(tape.has_value());
    EXPECT_TRUE(tape->edits.empty());
    draws.insert(tape->draws);
  }
  EXPECT_GT(draws.size(), 50U);
}

TEST(LoaderTarget, GetsFilesAsTheyAreAndDamagedOnes) {
  const std::unique_ptr<Target> target = refusing_target();
  EXPECT_FALSE(target->run("bytes").has_value());
  EXPECT_FALSE(target->run(damaged_tape()).has_value());
  EXPECT_TRUE(target->run(kTapeMagic).has_value());
}

TEST(PropertyChoice, GivesEachPropertyAByteAndCheapOnesMore) {
  Suite suite(60);
  for (std::size_t i = 0; i < suite.size(); ++i) {
    suite[i].name = "property_" + std::to_string(i);
    suite[i].cost = i < 30 ? 1 : 10;
  }
  const PropertyChoice choice(suite);
  std::multiset<std::size_t> chosen;
  for (int byte = 0; byte < 256; ++byte) chosen.insert(choice[static_cast<std::uint8_t>(byte)]);
  int cheap = 0;
  for (std::size_t i = 0; i < suite.size(); ++i) {
    EXPECT_GE(chosen.count(i), 1U) << i;
    if (i < 30) cheap += static_cast<int>(chosen.count(i));
  }
  EXPECT_GT(cheap, 150);
}

TEST(HeapBudget, RefusesWhatExceedsIt) {
  const HeapBudget budget(1000);
  std::unique_ptr<char[]> memory;
  EXPECT_THROW(memory.reset(new char[1001]), std::bad_alloc);
  EXPECT_TRUE(budget.use().refused);
  EXPECT_EQ(budget.use().largest, 1001U);
}

}  // namespace
}  // namespace gradgrind::fuzz
