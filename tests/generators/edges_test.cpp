#include "generators/edges.h"

#include <gmock/gmock.h>

#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace gradgrind::detail {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

std::vector<FoundFacet> facets_of(const std::vector<std::uint64_t>& edges) {
  std::vector<FoundFacet> facets;
  for (std::size_t i = 0; i < edges.size(); ++i) {
    facets.push_back({"f" + std::to_string(i), edges[i], {}});
  }
  return facets;
}

/// The pairs of options of two facets that no row shows together.
int missing_pairs(const std::vector<FoundFacet>& facets, const std::vector<EdgeRow>& rows) {
  int missing = 0;
  for (std::size_t a = 0; a < facets.size(); ++a) {
    for (std::size_t b = a + 1; b < facets.size(); ++b) {
      std::set<std::pair<std::uint64_t, std::uint64_t>> seen;
      for (const EdgeRow& row : rows) {
        seen.emplace(*option_of(row, facets[a].name), *option_of(row, facets[b].name));
      }
      missing += static_cast<int>(facets[a].edges * facets[b].edges - seen.size());
    }
  }
  return missing;
}

TEST(EdgeRows, StartWithTheSimplest) {
  EXPECT_THAT(edge_rows(facets_of({2, 3, 4}), 60).front(), Each(Pair(testing::_, 0)));
}

TEST(EdgeRows, CoverEveryPairOfOptions) {
  for (const std::vector<std::uint64_t>& edges : std::vector<std::vector<std::uint64_t>>{
           {2, 2}, {2, 2, 2, 2, 2, 2, 2}, {3, 2, 4, 2}, {6, 9, 2, 2, 3, 2, 4}, {7, 7, 2}}) {
    const std::vector<FoundFacet> facets = facets_of(edges);
    const std::vector<EdgeRow> rows = edge_rows(facets, 60);
    EXPECT_EQ(missing_pairs(facets, rows), 0);
    EXPECT_LE(rows.size(), 60U);
  }
}

TEST(EdgeRows, AreFarFewerThanAllCombinations) {
  // Of 1,024 and 1,594,323 combinations at least 6 and 15 rows are needed.
  EXPECT_LE(edge_rows(facets_of(std::vector<std::uint64_t>(10, 2)), 60).size(), 10U);
  EXPECT_LE(edge_rows(facets_of(std::vector<std::uint64_t>(13, 3)), 60).size(), 25U);
}

TEST(EdgeRows, ShowEachOptionOnceWherePairsWouldTakeTooMany) {
  const std::vector<FoundFacet> facets = facets_of({10, 10, 3});
  const std::vector<EdgeRow> rows = edge_rows(facets, 60);
  EXPECT_THAT(rows, SizeIs(1 + 9 + 9 + 2));
  EXPECT_THAT(rows.front(), Each(Pair(testing::_, 0)));
  for (const FoundFacet& facet : facets) {
    std::set<std::uint64_t> seen;
    for (const EdgeRow& row : rows) seen.insert(*option_of(row, facet.name));
    EXPECT_THAT(seen, SizeIs(facet.edges));
  }
}

TEST(EdgeRows, AreOneForAGeneratorWithoutFacets) {
  EXPECT_THAT(edge_rows({}, 60), ElementsAre(IsEmpty()));
}

TEST(EdgeRows, AreTheSameEachTime) {
  const std::vector<FoundFacet> facets = facets_of({4, 3, 5, 2});
  EXPECT_EQ(edge_rows(facets, 60), edge_rows(facets, 60));
  EXPECT_EQ(edge_rows(facets, 2), edge_rows(facets, 2));
}

TEST(EdgeRows, PairAHiddenFacetOnlyWhereItIsAskedFor) {
  const std::vector<FoundFacet> facets = {
      {"present", 2, {}}, {"values", 3, {{"present", 1}}}, {"dtype", 2, {}}};
  for (const std::size_t most_rows : {60, 2}) {
    std::set<std::uint64_t> values;
    std::set<std::pair<std::uint64_t, std::uint64_t>> pairs;
    for (const EdgeRow& row : edge_rows(facets, most_rows)) {
      if (*option_of(row, "present") == 0) continue;
      values.insert(*option_of(row, "values"));
      pairs.emplace(*option_of(row, "values"), *option_of(row, "dtype"));
    }
    EXPECT_THAT(values, SizeIs(3));
    if (most_rows == 60) {
      EXPECT_THAT(pairs, SizeIs(6));
    }
  }
}

TEST(EdgeRows, CoverFacetsWhoseNeedsContradictEachOther) {
  const std::vector<FoundFacet> facets = {
      {"kind", 3, {}}, {"left", 2, {{"kind", 1}}}, {"right", 2, {{"kind", 2}}}};
  const std::vector<EdgeRow> rows = edge_rows(facets, 60);
  std::set<std::pair<std::uint64_t, std::uint64_t>> live;
  for (const EdgeRow& row : rows) {
    if (*option_of(row, "kind") == 1) live.emplace(1, *option_of(row, "left"));
    if (*option_of(row, "kind") == 2) live.emplace(2, *option_of(row, "right"));
  }
  EXPECT_THAT(live, SizeIs(4));
  EXPECT_EQ(missing_pairs(facets, rows), 0);
}

TEST(DiscoverFacets, FindsNestedOnes) {
  const auto facets = discover_facets([](Source& source) {
    source.pick({"dtype", 2}, 8);
    if (source.pick({"present", 2}, 2) == 1 && source.pick({"length", 3}, 3) == 2) {
      source.pick({"layout", 5}, 5);
    }
    source.below(100);
  });
  ASSERT_THAT(facets, SizeIs(4));
  EXPECT_EQ(facets[0].name, "dtype");
  EXPECT_EQ(facets[0].edges, 2U);
  EXPECT_THAT(facets[0].needs, IsEmpty());
  EXPECT_EQ(facets[1].name, "present");
  EXPECT_EQ(facets[2].name, "length");
  EXPECT_THAT(facets[2].needs, ElementsAre(Pair("present", 1)));
  EXPECT_EQ(facets[3].name, "layout");
  EXPECT_EQ(facets[3].edges, 5U);
  EXPECT_THAT(facets[3].needs, ElementsAre(Pair("present", 1), Pair("length", 2)));
}

TEST(DiscoverFacets, TakesTheMostOptionsThatAFacetIsSeenWith) {
  const auto facets = discover_facets([](Source& source) {
    const auto rank = source.pick({"rank", 3}, 3);
    source.pick({"layout", rank + 2}, rank + 2);
  });
  ASSERT_THAT(facets, SizeIs(2));
  EXPECT_EQ(facets[1].edges, 4U);
}

TEST(DiscoverFacets, PassesOverFacetsWithoutAChoice) {
  EXPECT_THAT(discover_facets([](Source& source) { source.pick({"only", 1}, 1); }), IsEmpty());
}

TEST(EdgeSource, AnswersFromItsRow) {
  EdgeSource source({{"dim B", 1}, {"layout", 4}}, 7);
  EXPECT_EQ(source.pick({"dim B", 2}, 8), 1U);
  EXPECT_EQ(source.pick({"layout", 3}, 3), 1U) << "4 of 5 options where there are only 3";
}

TEST(EdgeSource, DrawsAllElseFromItsSeed) {
  EdgeSource source({{"dim B", 1}}, 7);
  RandomSource random(7);
  EXPECT_EQ(source.pick({"dim T", 2}, 1000), random.pick({}, 1000));
  EXPECT_EQ(source.key(), random.key());
  EXPECT_EQ(source.below(1000), random.below(1000));
}

}  // namespace
}  // namespace gradgrind::detail
