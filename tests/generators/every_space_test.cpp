// What holds of the cases of every signature.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "gradgrind/generators/case_space.h"
#include "tests/generators/exhausted.h"
#include "tests/generators/signatures.h"

namespace gradgrind {
namespace {

using namespace testing_signatures;
using testing::Each;

class EverySpace : public testing::TestWithParam<std::pair<std::string, Signature>> {
 protected:
  const CaseSpace space_{GetParam().second};
};

INSTANTIATE_TEST_SUITE_P(CaseSpace, EverySpace, testing::ValuesIn(all()),
                         [](const auto& space) { return space.param.first; });

TEST_P(EverySpace, GivesTheSameCaseForTheSameSource) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    RandomSource a(seed);
    RandomSource b(seed);
    EXPECT_EQ(space_.generate(a), space_.generate(b));
  }
}

TEST_P(EverySpace, DrawsOnlyLegalCases) {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    RandomSource source(seed);
    ASSERT_EQ(space_.mismatch(space_.generate(source)), "") << "seed " << seed;
  }
}

TEST_P(EverySpace, DecodesALegalCaseFromAnyBytes) {
  RandomSource random(1);
  for (int run = 0; run < 2000; ++run) {
    std::vector<std::uint8_t> bytes(random.below(120));
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random.below(256));
    ByteSource source(bytes.data(), bytes.size());
    ASSERT_EQ(space_.mismatch(space_.generate(source)), "") << "run " << run;
  }
}

TEST_P(EverySpace, EnumeratesOnlyLegalCases) {
  for (std::uint64_t i = 0; i < space_.edges().size() + 10; ++i) {
    ASSERT_EQ(space_.mismatch(space_.at(3, i)), "") << "index " << i;
  }
}

TEST_P(EverySpace, LeavesALegalCaseAsItIsOnRepair) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    RandomSource source(seed);
    const Case drawn = space_.generate(source);
    Case repaired = drawn;
    space_.repair(repaired);
    ASSERT_EQ(repaired, drawn) << "seed " << seed;
  }
}

TEST_P(EverySpace, SlicesAnyFreeDimToALegalCase) {
  RandomSource random(2);
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    RandomSource source(seed);
    const Case drawn = space_.generate(source);
    for (const Dim& dim : space_.dims().dims()) {
      if (dim.kind != Dim::Kind::free) continue;
      std::vector<std::int64_t> kept;
      for (std::int64_t i = 0; i < drawn.dims[dim.name]; ++i) {
        if (random.flag()) kept.push_back(i);
      }
      const auto sliced = space_.sliced(drawn, dim.name, kept);
      if (!sliced) continue;
      ASSERT_EQ(space_.mismatch(*sliced), "") << "seed " << seed << ", dim " << dim.name;
      ASSERT_EQ(sliced->dims[dim.name], static_cast<std::int64_t>(kept.size()));
    }
  }
}

TEST_P(EverySpace, IsAPureStream) {
  const CaseSpace again(GetParam().second);
  const std::uint64_t count = space_.edges().size() + 5;
  for (std::uint64_t i = count; i-- > 0;) EXPECT_EQ(space_.at(7, i), again.at(7, i));
}

TEST_P(EverySpace, StartsItsEdgesWithTheSimplest) {
  EXPECT_THAT(space_.edges().front(), Each(testing::Pair(testing::_, 0)));
  const Case first = space_.at(0, 0);
  const Case simplest = exhausted(space_);
  EXPECT_EQ(first.dims.sizes, simplest.dims.sizes);
  EXPECT_EQ(first.parameters, simplest.parameters);
  EXPECT_EQ(first.dtype, simplest.dtype);
  EXPECT_EQ(total_numel(first), total_numel(simplest));
}

TEST_P(EverySpace, MovesOnFromTheEdgesToRandomCases) {
  const std::uint64_t edges = space_.edges().size();
  EXPECT_NE(space_.at(1, edges), space_.at(1, edges + 1));
  EXPECT_NE(space_.at(1, edges), space_.at(2, edges));
}

TEST_P(EverySpace, GivesEachValueClassItsShare) {
  std::map<std::string, std::map<std::string, int>> counts;
  std::map<std::string, int> tensors;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    RandomSource source(seed);
    for (const Input& input : space_.generate(source).inputs) {
      for (const TensorValue& tensor : input.tensors) {
        ++counts[input.name][tensor.value_class];
        ++tensors[input.name];
      }
    }
  }
  for (const auto& [name, domain] : space_.signature().inputs) {
    for (const std::string& value_class : domain.content.classes) {
      EXPECT_GE(counts[name][value_class], tensors[name] / 50) << name << ", " << value_class;
    }
  }
}

}  // namespace
}  // namespace gradgrind
