// A walk through the catalogue of damage finds every planted bug, and nothing in the same readers
// without them; each kind of verdict has a loader that earns it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>
#include <string>

#include "gradgrind/fuzz/formats/known.h"
#include "gradgrind/fuzz/gtest.h"
#include "loaders/safetensors.h"
#include "tests/fuzz/planted/loaders.h"

namespace gg = gradgrind;

namespace {

// "damage: verdict" of all findings.
std::set<std::string> verdicts(const gg::Loader& loader) {
  std::set<std::string> all;
  for (const gg::LoaderFinding& found : gg::walk(loader).findings) {
    all.insert(found.damage + ": " + found.verdict);
  }
  return all;
}

// What shows of the bug; there may be more.
struct Shown {
  const char* name;
  const char* verdict;
};

class PlantedLoader : public testing::TestWithParam<Shown> {};

TEST_P(PlantedLoader, IsFoundByAWalk) {
  for (const planted::PlantedLoader& candidate : planted::planted_loaders()) {
    if (candidate.name != GetParam().name) continue;
    const std::set<std::string> found = verdicts(candidate.loader);
    EXPECT_THAT(found, testing::Contains(GetParam().verdict));
    return;
  }
  FAIL() << "no loader is called " << GetParam().name;
}

INSTANTIATE_TEST_SUITE_P(
    All, PlantedLoader,
    testing::Values(Shown{"IdxPadsWithZeros", "payload cut: partial"},
                    Shown{"IdxCountsInInt", "bytes overflow: over-allocates"},
                    Shown{"IdxForgetsFirst", "state after refusal: state broken"},
                    Shown{"NpyTrustsHeaderLength", "header cut: dies"},
                    Shown{"NpyTransposesMatrices", "valid file: wrong value"},
                    Shown{"NpyInfersSizes", "negative count: wrong value"},
                    Shown{"CsvLetsRangeErrorsOut", "odd number: wrong exception"},
                    Shown{"SafetensorsAllowsOverlaps", "ranges overlapping: wrong value"},
                    Shown{"SafetensorsMeasuresWholeFile", "payload cut: dies"},
                    Shown{"SafetensorsAllocatesFirst", "count too large: over-allocates"},
                    Shown{"RawForgetsTheRest", "valid file: wrong value"},
                    Shown{"BlockIgnoresChecksum", "checksum mismatch: wrong value"}),
    [](const testing::TestParamInfo<Shown>& tested) { return std::string(tested.param.name); });

TEST(PlantedLoaders, AreTwelveAndEachIsShown) { EXPECT_EQ(planted::planted_loaders().size(), 12U); }

TEST(PlantedLoaders, HaveNothingWrongBesideTheirBugs) {
  for (const planted::PlantedLoader& sound : planted::sound_loaders()) {
    for (const gg::LoaderFinding& found : gg::walk(sound.loader).findings) {
      ADD_FAILURE() << found.report();
    }
  }
}

const gg::Loader safetensors =
    gg::loader("LoadSafetensors")
        .format(gg::formats::safetensors())
        .memory([](std::string_view bytes) { return examples::load_safetensors(bytes); })
        .throws<examples::SafetensorsError>();
GRADGRIND_TEST(safetensors);

TEST(Walk, FindsEveryMistakeOfACarelessSafetensorsLoader) {
  const gg::Loader careless = gg::loader("LoadSafetensorsCarelessly")
                                  .format(gg::formats::safetensors())
                                  .memory([](std::string_view bytes) {
                                    return examples::load_safetensors_carelessly(bytes);
                                  })
                                  .throws<examples::SafetensorsError>();
  EXPECT_THAT(verdicts(careless), testing::IsSupersetOf({
                                      "length too large: over-allocates",
                                      "payload cut: dies",
                                      "text of the header: wrong exception",
                                      "trailing bytes: wrong value",
                                      "ranges overlapping: wrong value",
                                      "count too small: wrong value",
                                      "record twice: wrong value",
                                      "bytes of booleans: wrong value",
                                  }));
}

TEST(Walk, FindsNothingInASoundReaderOfRows) {
  const gg::Loader rows = gg::loader("ReadRaw")
                              .format(gg::formats::raw(planted::kRawColumns))
                              .memory([](std::string_view bytes) {
                                return planted::read_raw(bytes, planted::Fault::none);
                              })
                              .throws<planted::FileError>()
                              .output("data", "rows 3", {gg::DType::float32});
  EXPECT_THAT(verdicts(rows), testing::IsEmpty());
}

TEST(Walk, FindsValuesThatNobodyWrote) {
  const gg::Loader loader = gg::loader("ReadRawHalf")
                                .format(gg::formats::raw(planted::kRawColumns))
                                .memory([](std::string_view bytes) {
                                  return planted::read_raw(bytes, planted::Fault::forgets_the_rest);
                                })
                                .throws<planted::FileError>()
                                .values_are_its_own();
  EXPECT_THAT(verdicts(loader), testing::Contains("valid file: uninitialised"));
}

TEST(Walk, FindsAnswersThatChange) {
  const gg::Loader loader = gg::loader("ReadAndCount")
                                .format(gg::formats::raw(planted::kRawColumns))
                                .memory([](std::string_view bytes) {
                                  static int calls = 0;
                                  return planted::read_raw(bytes, planted::Fault::none) + ++calls;
                                })
                                .throws<planted::FileError>()
                                .values_are_its_own();
  EXPECT_THAT(verdicts(loader), testing::Contains("valid file: non-deterministic"));
}

TEST(Walk, FindsValidFilesThatAreRefused) {
  const gg::Loader loader = gg::loader("ReadShortBlocks")
                                .format(planted::block_format())
                                .memory([](std::string_view bytes) {
                                  if (bytes.size() > 20) throw planted::FileError("too long");
                                  return planted::read_block(bytes, planted::Fault::none);
                                })
                                .throws<planted::FileError>();
  EXPECT_THAT(verdicts(loader), testing::Contains("valid file: refuses a valid file"));
}

TEST(Walk, FindsFilesThatNeverEnd) {
  const gg::Loader loader = gg::loader("ReadForEver")
                                .format(gg::formats::raw(planted::kRawColumns))
                                .memory([](std::string_view bytes) {
                                  for (volatile bool waits = bytes.size() % 12 == 11; waits;) {
                                  }
                                  return planted::read_raw(bytes, planted::Fault::none);
                                })
                                .throws<planted::FileError>()
                                .seconds(0.3);
  EXPECT_THAT(verdicts(loader), testing::Contains("payload cut: hangs"));
}

}  // namespace
