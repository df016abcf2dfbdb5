// Walking loaders through the catalogue of damage: what is sound passes, every classic mistake
// shows.
#include <ATen/ops/empty.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <stdexcept>
#include <string>

#include "gradgrind/fuzz/formats/known.h"
#include "gradgrind/fuzz/gtest.h"
#include "gradgrind/fuzz/loader.h"
#include "loaders/csv.h"
#include "loaders/idx.h"
#include "loaders/npy.h"

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

const gg::Loader npy = gg::loader("LoadNpy")
                           .format(gg::formats::npy())
                           .memory([](std::string_view bytes) { return examples::load_npy(bytes); })
                           .stream([](std::istream& stream) { return examples::load_npy(stream); })
                           .throws<examples::NpyError>();
GRADGRIND_TEST(npy);

const gg::Loader csv =
    gg::loader("LoadCsv")
        .format(gg::formats::csv())
        .memory([](std::string_view text) { return examples::load_csv(text); })
        .file([](const std::string& path) { return examples::load_csv_file(path); })
        .throws<examples::CsvError>()
        .output("table", "rows columns", {gg::DType::float32});
GRADGRIND_TEST(csv);

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

TEST(Walk, FindsEveryMistakeOfACarelessNpyLoader) {
  const gg::Loader careless =
      gg::loader("LoadNpyCarelessly")
          .format(gg::formats::npy())
          .memory([](std::string_view bytes) { return examples::load_npy_carelessly(bytes); })
          .throws<examples::NpyError>();
  const std::set<std::string> found = verdicts(gg::walk(careless));
  EXPECT_THAT(found, testing::IsSupersetOf({
                         "valid file: wrong value",  // a Fortran array, taken for a C array
                         "header cut: dies",
                         "payload cut: dies",
                         "trailing bytes: wrong value",
                         "negative count: wrong exception",
                         "bytes of booleans: wrong value",
                         "count too large: over-allocates",
                         "wrong version: wrong value",
                         "unknown code: wrong value",
                     }))
      << testing::PrintToString(found);
}

TEST(Walk, FindsEveryMistakeOfACarelessCsvLoader) {
  const gg::Loader careless =
      gg::loader("LoadCsvCarelessly")
          .format(gg::formats::csv())
          .memory([](std::string_view text) { return examples::load_csv_carelessly(text); })
          .throws<examples::CsvError>();
  const std::set<std::string> found = verdicts(gg::walk(careless));
  EXPECT_THAT(found, testing::IsSupersetOf({"ragged row: wrong value", "no number: wrong value"}))
      << testing::PrintToString(found);
}

// Messages of all findings.
std::set<std::string> messages(const gg::WalkResult& result) {
  std::set<std::string> all;
  for (const gg::LoaderFinding& found : result.findings) all.insert(found.message);
  return all;
}

TEST(Walk, ReadsNoTensorWhoseSizesAreNegative) {
  const gg::Loader negative =
      gg::loader("Negative").format(gg::formats::idx()).memory([](std::string_view) {
        at::Tensor tensor = at::empty({0});
        tensor.unsafeGetTensorImpl()->set_sizes_contiguous({-1, 0});
        return tensor;
      });
  EXPECT_THAT(messages(gg::walk(negative)),
              testing::Contains("the tensor has the shape [-1, 0], and sizes are at least 0"));
}

TEST(Walk, SaysWhenAnInvariantThrows) {
  const gg::Loader throwing = idx.holds(
      "asks well", [](const gg::Outputs&) -> bool { throw std::logic_error("asked badly"); });
  EXPECT_THAT(messages(gg::walk(throwing)),
              testing::Contains("what was loaded breaks: asks well, which throws: asked badly"));
  const gg::Loader odd = idx.holds("asks well", [](const gg::Outputs&) -> bool { throw 7; });
  EXPECT_THAT(messages(gg::walk(odd)),
              testing::Contains("what was loaded breaks: asks well, which throws something that is "
                                "no exception"));
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
