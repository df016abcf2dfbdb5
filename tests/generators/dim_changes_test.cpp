// Which changes of sizes a table of dims allows, and which sizes it finds legal.
#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "gradgrind/generators/dims.h"
#include "gradgrind/generators/error.h"
#include "tests/generators/dim_tables.h"

namespace gradgrind {
namespace {

using Sizes = std::map<std::string, std::int64_t>;

TEST(DimTable, TakesDerivedDimsAlongWhenASizeChanges) {
  const DimTable table({free_dim("H", 1, 4), derived_dim("E", "8*H"), derived_dim("F", "E/4"),
                        free_dim("T", 2, 8), variadic_dim("batch", 0, 2)},
                       {"T/2"}, {"H <= T"});
  const Dims dims = {{{"H", 4}, {"E", 32}, {"F", 8}, {"T", 4}}, {{"batch", {3}}}};
  const std::optional<Dims> changed = table.with_size(dims, "H", 2);
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->sizes, (Sizes{{"H", 2}, {"E", 16}, {"F", 4}, {"T", 4}}));
  EXPECT_EQ(changed->variadic, dims.variadic);
}

TEST(DimTable, RefusesASizeThatBreaksABoundOrACondition) {
  const DimTable table({free_dim("H", 1, 4), free_dim("T", 2, 8)}, {"T/2"}, {"H <= T"});
  const Dims dims = {{{"H", 3}, {"T", 4}}, {}};
  EXPECT_FALSE(table.with_size(dims, "T", 5));
  EXPECT_FALSE(table.with_size(dims, "T", 2));
  EXPECT_FALSE(table.with_size(dims, "T", 10));
  EXPECT_FALSE(table.with_size(dims, "T", 0));
  EXPECT_TRUE(table.with_size(dims, "T", 6));
}

TEST(DimTable, ChangesOnlyFreeDims) {
  const DimTable table({free_dim("H", 1, 4), derived_dim("E", "8*H")}, {}, {});
  const Dims dims = {{{"H", 3}, {"E", 24}}, {}};
  try {
    table.with_size(dims, "E", 8);
    FAIL() << "changed a derived dim";
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(), "unknown free dim 'E'; known: H");
  }
}

TEST(DimTable, FindsDimsIllegalThatLackOneOrBreakABound) {
  const DimTable table({free_dim("T", 2, 8), variadic_dim("batch", 1, 2)}, {}, {});
  EXPECT_TRUE(table.is_legal({{{"T", 2}}, {}}));
  EXPECT_TRUE(table.is_legal({{{"T", 8}}, {{"batch", {1, 4}}}}));
  EXPECT_FALSE(table.is_legal({{}, {}}));
  EXPECT_FALSE(table.is_legal({{{"T", 9}}, {}}));
  EXPECT_FALSE(table.is_legal({{{"T", 2}}, {{"batch", {}}}}));
  EXPECT_FALSE(table.is_legal({{{"T", 2}}, {{"batch", {1, 1, 1}}}}));
  EXPECT_FALSE(table.is_legal({{{"T", 2}}, {{"batch", {5}}}}));
  EXPECT_FALSE(table.is_legal({{{"T", 2}}, {{"batch", {0}}}}));
}

TEST(DimTable, TellsFreeDimsFromOthers) {
  const DimTable table({free_dim("H", 1, 4), derived_dim("E", "8*H"), variadic_dim("batch", 0, 1)},
                       {"*batch"}, {});
  EXPECT_TRUE(table.is_free("H"));
  EXPECT_FALSE(table.is_free("E"));
  EXPECT_FALSE(table.is_free("batch"));
  EXPECT_FALSE(table.is_free("Q"));
  EXPECT_EQ(table.dims().size(), 3U);
}

}  // namespace
}  // namespace gradgrind
