#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "gradgrind/generators/dims.h"
#include "gradgrind/generators/error.h"
#include "tests/generators/dim_tables.h"

namespace gradgrind {
namespace {

using Positions = std::vector<std::int64_t>;

DimTable table_of_all() {
  return DimTable({free_dim("H", 0, 16), free_dim("D", 0, 16), free_dim("T", 0, 16),
                   free_dim("S", 0, 16), free_dim("K", 0, 16), derived_dim("E", "8*H"),
                   derived_dim("F", "E/2"), derived_dim("G", "H*D")},
                  {}, {});
}

/// What stays of `axis` under `sizes` when only `kept` of the dim `name` stays.
Positions kept_of(const std::string& axis, const Dims& sizes, const std::string& name,
                  const Positions& kept) {
  const DimTable table = table_of_all();
  Dims all = sizes;
  for (const Dim& dim : table.dims()) all.sizes.emplace(dim.name, 1);
  const Dims before = *table.with_size(all, name, all[name]);
  const Dims after = *table.with_size(before, name, static_cast<std::int64_t>(kept.size()));
  return table.kept_positions(DimExpr::parse(axis), before, after, name, kept);
}

TEST(KeptPositions, OfTheDimItselfAreTheKeptIndices) {
  EXPECT_EQ(kept_of("T", {{{"T", 5}}, {}}, "T", {0, 3, 4}), (Positions{0, 3, 4}));
}

TEST(KeptPositions, OfAnythingElseAreAll) {
  EXPECT_EQ(kept_of("S", {{{"T", 5}, {"S", 3}}, {}}, "T", {4}), (Positions{0, 1, 2}));
  EXPECT_EQ(kept_of("4", {{{"T", 5}}, {}}, "T", {4}), (Positions{0, 1, 2, 3}));
  EXPECT_EQ(kept_of("0", {{{"T", 5}}, {}}, "T", {4}), Positions{});
}

TEST(KeptPositions, OfAProductAreRowMajor) {
  const Dims dims = {{{"H", 3}, {"D", 4}}, {}};
  EXPECT_EQ(kept_of("H*D", dims, "H", {1}), (Positions{4, 5, 6, 7}));
  EXPECT_EQ(kept_of("H*D", dims, "D", {1, 3}), (Positions{1, 3, 5, 7, 9, 11}));
  EXPECT_EQ(kept_of("H*H", dims, "H", {0, 2}), (Positions{0, 2, 6, 8}));
  EXPECT_EQ(kept_of("H*D", dims, "D", {}), Positions{});
}

TEST(KeptPositions, OfAMultipleAreWholeBlocks) {
  const Dims dims = {{{"H", 3}, {"D", 2}}, {}};
  const Positions second_block = {8, 9, 10, 11, 12, 13, 14, 15};
  EXPECT_EQ(kept_of("8*H", dims, "H", {1}), second_block);
  EXPECT_EQ(kept_of("H*8", dims, "H", {1}), second_block);
  EXPECT_EQ(kept_of("2*4*H", dims, "H", {1}), second_block);
  EXPECT_EQ(kept_of("2*H*D", dims, "H", {0, 2}), (Positions{0, 1, 2, 3, 8, 9, 10, 11}));
}

TEST(KeptPositions, FollowDerivations) {
  const Dims dims = {{{"H", 3}, {"D", 2}}, {}};
  EXPECT_EQ(kept_of("E", dims, "H", {1}), (Positions{8, 9, 10, 11, 12, 13, 14, 15}));
  EXPECT_EQ(kept_of("F", dims, "H", {0, 2}), (Positions{0, 1, 2, 3, 8, 9, 10, 11}));
  EXPECT_EQ(kept_of("G", dims, "D", {1}), (Positions{1, 3, 5}));
}

TEST(KeptPositions, OfASumAreThoseOfItsPartsOneAfterTheOther) {
  const Dims dims = {{{"T", 4}, {"S", 3}}, {}};
  EXPECT_EQ(kept_of("T+S", dims, "T", {1, 3}), (Positions{1, 3, 4, 5, 6}));
  EXPECT_EQ(kept_of("T+S", dims, "S", {1}), (Positions{0, 1, 2, 3, 5}));
  EXPECT_EQ(kept_of("T+1", dims, "T", {2}), (Positions{2, 4}));
  EXPECT_EQ(kept_of("1+T", dims, "T", {2}), (Positions{0, 3}));
  EXPECT_EQ(kept_of("T+T", dims, "T", {0, 3}), (Positions{0, 3, 4, 7}));
}

TEST(KeptPositions, OfAQuotientAreTheBlocksThatStayWhole) {
  const Dims dims = {{{"T", 8}}, {}};
  EXPECT_EQ(kept_of("T/2", dims, "T", {0, 1, 4, 5}), (Positions{0, 2}));
  EXPECT_EQ(kept_of("T/4", dims, "T", {4, 5, 6, 7}), (Positions{1}));
}

TEST(KeptPositions, AreFilledWithTheSmallestMissingOnes) {
  const Dims dims = {{{"T", 8}}, {}};
  EXPECT_EQ(kept_of("T/2", dims, "T", {1, 2, 4, 5}), (Positions{0, 2}));
  EXPECT_EQ(kept_of("T/2", dims, "T", {1, 2, 5, 6}), (Positions{0, 1}));
  EXPECT_EQ(kept_of("E/H", {{{"H", 3}}, {}}, "H", {1}), (Positions{0, 1, 2, 3, 4, 5, 6, 7}));
}

TEST(KeptPositions, OfADifferenceAreTheLeadingOnes) {
  const Dims dims = {{{"T", 8}, {"K", 3}}, {}};
  EXPECT_EQ(kept_of("T-K", dims, "T", {0, 1, 2, 3, 4, 5}), (Positions{0, 1, 2}));
  EXPECT_EQ(kept_of("T-1", dims, "T", {2, 5, 7}), (Positions{2, 5}));
  EXPECT_EQ(kept_of("T-1", dims, "T", {7}), Positions{});
  EXPECT_EQ(kept_of("T-K+1", dims, "T", {0, 1, 2, 3, 4, 5}), (Positions{0, 1, 2, 5}));
  EXPECT_EQ(kept_of("T-K+1", dims, "T", {2, 3, 4, 5, 6, 7}), (Positions{2, 3, 4, 5}));
  EXPECT_EQ(kept_of("T-K+1", dims, "T", {6, 7}), Positions{});
}

TEST(KeptPositions, RepeatTheLastOneWhereTheAxisGrows) {
  const Dims dims = {{{"T", 5}, {"K", 3}}, {}};
  EXPECT_EQ(kept_of("T-K", dims, "K", {0}), (Positions{0, 1, 1, 1}));
  EXPECT_EQ(kept_of("T-K+1", dims, "K", {0, 1}), (Positions{0, 1, 2, 2}));
  EXPECT_EQ(kept_of("T-K", {{{"T", 3}, {"K", 3}}, {}}, "K", {0}), Positions{});
}

TEST(KeptPositions, StayWithinTheAxisWhereAPartIsNegative) {
  const Dims dims = {{{"T", 3}, {"K", 5}}, {}};
  EXPECT_EQ(kept_of("T-K+4", dims, "T", {1, 2}), (Positions{0}));
  EXPECT_EQ(kept_of("T-K+4", dims, "K", {0, 1, 2, 3}), (Positions{0, 1, 1}));
}

TEST(KeptPositions, HaveTheSizeOfTheAxisForEverySubset) {
  for (const std::string axis : {"T", "2*T", "T/2", "(T+S)/3", "T*S-T", "T+S-2", "4*(T/4)"}) {
    const DimTable table({free_dim("T", 0, 8), free_dim("S", 0, 8)}, {axis}, {});
    const Dims before = {{{"T", 8}, {"S", 7}}, {}};
    ASSERT_TRUE(table.is_legal(before)) << axis;
    const DimExpr expr = DimExpr::parse(axis);
    for (unsigned subset = 0; subset < 256; ++subset) {
      Positions kept;
      for (int i = 0; i < 8; ++i) {
        if ((subset >> i & 1U) != 0) kept.push_back(i);
      }
      const auto after = table.with_size(before, "T", static_cast<std::int64_t>(kept.size()));
      if (!after) continue;
      const Positions positions = table.kept_positions(expr, before, *after, "T", kept);
      EXPECT_EQ(static_cast<std::int64_t>(positions.size()), expr.evaluate(*after)) << axis;
      for (std::size_t i = 0; i < positions.size(); ++i) {
        EXPECT_LT(i == 0 ? -1 : positions[i - 1], positions[i]) << axis;
        EXPECT_LT(positions[i], expr.evaluate(before)) << axis;
      }
    }
  }
}

TEST(KeptPositions, RefuseIndicesThatDoNotAscendWithinTheDim) {
  const auto error_of = [](const std::string& name, const Positions& kept) -> std::string {
    try {
      kept_of("T", {{{"T", 3}}, {}}, name, kept);
    } catch (const UsageError& error) {
      return error.what();
    }
    return "no error";
  };
  const std::string rule = "; they must ascend and lie between 0 and the size";
  EXPECT_EQ(error_of("T", {1, 1}),
            "kept_positions() of dim 'T' of size 3: kept indices [1, 1]" + rule);
  EXPECT_EQ(error_of("T", {0, 3}),
            "kept_positions() of dim 'T' of size 3: kept indices [0, 3]" + rule);
  EXPECT_EQ(error_of("T", {-1}), "kept_positions() of dim 'T' of size 3: kept indices [-1]" + rule);
  EXPECT_EQ(error_of("E", {0}), "unknown free dim 'E'; known: H, D, T, S, K");
}

TEST(DependsOn, FollowsDerivations) {
  const DimTable table = table_of_all();
  EXPECT_TRUE(table.depends_on(DimExpr::parse("T+1"), "T"));
  EXPECT_TRUE(table.depends_on(DimExpr::parse("T*F"), "H"));
  EXPECT_TRUE(table.depends_on(DimExpr::parse("G"), "D"));
  EXPECT_FALSE(table.depends_on(DimExpr::parse("E"), "D"));
  EXPECT_FALSE(table.depends_on(DimExpr::parse("4"), "T"));
  EXPECT_FALSE(table.depends_on(DimExpr::parse("E"), "E"));
  EXPECT_FALSE(table.depends_on(DimExpr::parse("Q"), "Q"));
}

}  // namespace
}  // namespace gradgrind
