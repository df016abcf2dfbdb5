// Walking loaders through the catalogue of damage: what is sound passes, every classic mistake
// shows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "gradgrind/fuzz/formats/known.h"
#include "gradgrind/fuzz/gtest.h"
#include "gradgrind/fuzz/loader.h"
#include "loaders/idx.h"

namespace gg = gradgrind;

namespace {

const gg::Loader idx = gg::loader("LoadIdx")
                           .format(gg::formats::idx())
                           .memory([](std::string_view bytes) { return examples::load_idx(bytes); })
                           .throws<examples::IdxError>();
GRADGRIND_TEST(idx);

const gg::Loader careless_idx =
    gg::loader("LoadIdxCarelessly")
        .format(gg::formats::idx())
        .memory([](std::string_view bytes) { return examples::load_idx_carelessly(bytes); })
        .throws<examples::IdxError>();

// "damage: verdict" of all findings.
std::set<std::string> verdicts(const gg::WalkResult& result) {
  std::set<std::string> all;
  for (const gg::LoaderFinding& found : result.findings) {
    all.insert(found.damage + ": " + found.verdict);
  }
  return all;
}

TEST(Walk, FindsEveryMistakeOfACarelessIdxLoader) {
  const gg::WalkResult result = gg::walk(careless_idx);
  const std::set<std::string> found = verdicts(result);
  EXPECT_THAT(found, testing::IsSupersetOf({
                         "wrong magic: wrong value",
                         "payload cut: partial",
                         "payload missing: partial",
                         "trailing bytes: wrong value",
                         "count too large: over-allocates",
                         "count too small: wrong value",
                         "elements missing: partial",
                     }));
  EXPECT_THAT(found, testing::Not(testing::Contains(testing::StartsWith("valid file"))));
}

TEST(Walk, CountsWhatItTried) {
  const gg::WalkResult result = gg::walk(idx);
  for (const gg::LoaderFinding& found : result.findings) ADD_FAILURE() << found.report();
  int refused = 0;
  for (const gg::WalkedClass& walked : result.classes) {
    EXPECT_GT(walked.files, 0) << walked.name;
    EXPECT_EQ(walked.files, walked.loaded + walked.refused) << walked.name;
    refused += walked.refused;
  }
  EXPECT_EQ(result.classes.front().loaded, result.classes.front().files) << "valid files";
  EXPECT_GT(refused, 500);
}

}  // namespace
