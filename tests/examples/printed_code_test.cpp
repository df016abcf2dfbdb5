#include <gtest/gtest.h>

#include <map>
#include <string>

#include "contracts.h"
#include "tests/examples/printed_bugs.h"

namespace examples {
namespace {

TEST(PrintedCode, ShowsEachBugAgain) {
  const std::vector<Fault> known = faults();
  const std::vector<PrintedBug> printed = printed_bugs();
  ASSERT_EQ(printed.size(), known.size());
  for (std::size_t i = 0; i < printed.size(); ++i) {
    SCOPED_TRACE(printed[i].contract);
    EXPECT_EQ(printed[i].contract, known[i].contract.name());
    EXPECT_EQ(printed[i].property, known[i].property);
    const gradgrind::Verdict verdict = printed[i].replay(known[i].contract);
    ASSERT_TRUE(verdict.is_failure());
    EXPECT_EQ(verdict.evidence.kind, printed[i].kind);
    EXPECT_EQ(verdict.evidence.output, printed[i].output);
  }
}

// A case that fails everywhere would prove nothing: the sound original holds it.
TEST(PrintedCode, IsHeldByTheSoundOriginal) {
  const std::map<std::string, std::string> renamed = {{"MixingMlp", "Mlp"},
                                                      {"NaiveLogSumExp", "StableLogSumExp"}};
  for (const PrintedBug& bug : printed_bugs()) {
    const auto other = renamed.find(bug.contract);
    const std::string variant = other == renamed.end() ? bug.contract : other->second;
    int originals = 0;
    for (const gradgrind::Contract& sound : sound_contracts()) {
      if (variant.rfind(sound.name(), 0) != 0) continue;
      ++originals;
      EXPECT_EQ(bug.replay(sound).outcome, gradgrind::Outcome::holds) << bug.contract;
    }
    EXPECT_EQ(originals, 1) << bug.contract;
  }
}

}  // namespace
}  // namespace examples
