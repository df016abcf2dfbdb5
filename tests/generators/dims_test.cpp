#include "gradgrind/generators/dims.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <map>
#include <optional>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "tests/generators/dim_tables.h"

namespace gradgrind {
namespace {

using Sizes = std::map<std::string, std::int64_t>;

struct TableCase {
  std::vector<Dim> dims;
  std::vector<std::string> expressions;
  std::vector<std::string> relations;

  DimTable table() const { return DimTable(dims, expressions, relations); }
};

std::ostream& operator<<(std::ostream& out, const TableCase& a_case) {
  for (const Dim& dim : a_case.dims) {
    out << dim.name;
    if (dim.kind == Dim::Kind::derived) out << "=" << dim.expression;
    out << " ";
  }
  for (const std::string& text : a_case.expressions) out << "'" << text << "' ";
  for (const std::string& text : a_case.relations) out << "'" << text << "' ";
  return out;
}

const TableCase kTables[] = {
    {{free_dim("B", 1, 8), free_dim("T", 0, 16)}, {"B", "T", "B*T"}, {}},
    {{free_dim("T", 1, 21)}, {"T/2"}, {}},
    {{free_dim("T", 1, 40)}, {"T/3", "T/4"}, {}},
    {{free_dim("T", 0, 15), free_dim("S", 1, 9)}, {"(T+S)/4"}, {}},
    {{free_dim("E", 1, 25), free_dim("H", 1, 8)}, {"E/H"}, {}},
    {{free_dim("H", 0, 8), free_dim("E", 0, 25)}, {"E/H"}, {}},
    {{derived_dim("E", "8*H"), free_dim("H", 1, 4)}, {"E", "E/H", "3*E"}, {}},
    {{free_dim("T", 1, 12), free_dim("K", 1, 9)}, {"T-K+1"}, {"K <= T"}},
    {{free_dim("K", 1, 9), free_dim("T", 1, 12)}, {"T-2*K"}, {}},
    {{free_dim("A", 0, 9), free_dim("C", 0, 9), free_dim("D", 0, 9)}, {}, {"A*C == 2*D"}},
    {{derived_dim("Q", "P-3"), derived_dim("P", "T/2"), free_dim("T", 1, 30)}, {"2*Q"}, {}},
    {{free_dim("H", 1, 6), free_dim("D", 1, 6), derived_dim("E", "H*D"), derived_dim("F", "2*H")},
     {"E/F", "E-F"},
     {"E > 4"}},
    {{free_dim("A", 0, 6), free_dim("C", 0, 6), free_dim("D", 0, 6)},
     {},
     {"A != C", "C < D", "D >= 2"}},
    {{free_dim("N", 1, 2), free_dim("C", 1, 6), free_dim("G", 1, 6), free_dim("W", 1, 9),
      free_dim("K", 1, 4), derived_dim("O", "(W-K)/2+1")},
     {"C/G", "N", "O"},
     {"K != 2"}},
    {{free_dim("A", 0, 20), derived_dim("six", "12/2")}, {"A/six", "six"}, {"A > six"}},
};

bool holds(const std::string& relation, const Dims& dims) {
  std::istringstream words(relation);
  std::string left_text, comparison, right_text;
  words >> left_text >> comparison >> right_text;
  const auto left = DimExpr::parse(left_text).try_evaluate(dims);
  const auto right = DimExpr::parse(right_text).try_evaluate(dims);
  if (!left || !right) return false;
  if (comparison == "<=") return *left <= *right;
  if (comparison == "<") return *left < *right;
  if (comparison == ">=") return *left >= *right;
  if (comparison == ">") return *left > *right;
  if (comparison == "==") return *left == *right;
  return *left != *right;
}

/// Derived sizes and conditions by plain evaluation; nothing where a bound or condition is broken.
std::optional<Dims> completed(const TableCase& a_case, Dims dims) {
  std::size_t unknown = 1;
  for (std::size_t round = 0; unknown > 0 && round <= a_case.dims.size(); ++round) {
    unknown = 0;
    for (const Dim& dim : a_case.dims) {
      if (dim.kind != Dim::Kind::derived) continue;
      const auto size = DimExpr::parse(dim.expression).try_evaluate(dims);
      if (size) dims.sizes[dim.name] = *size;
      unknown += size ? 0U : 1U;
    }
  }
  const auto is_size = [&](const std::string& text) {
    return DimExpr::parse(text).try_evaluate(dims).value_or(-1) >= 0;
  };
  for (const Dim& dim : a_case.dims) {
    if (!is_size(dim.name)) return std::nullopt;
    const bool is_free = dim.kind == Dim::Kind::free;
    const std::int64_t size = dims[dim.name];
    if (is_free && (size < dim.lowest || size > dim.highest)) return std::nullopt;
  }
  const auto holds_here = [&](const std::string& relation) { return holds(relation, dims); };
  const bool is_legal =
      std::all_of(a_case.expressions.begin(), a_case.expressions.end(), is_size) &&
      std::all_of(a_case.relations.begin(), a_case.relations.end(), holds_here);
  return is_legal ? std::optional<Dims>(dims) : std::nullopt;
}

/// Every assignment of the free dims within their bounds.
std::vector<Dims> assignments(const TableCase& a_case) {
  std::vector<Dims> result = {Dims()};
  for (const Dim& dim : a_case.dims) {
    if (dim.kind != Dim::Kind::free) continue;
    std::vector<Dims> longer;
    for (const Dims& shorter : result) {
      for (std::int64_t size = dim.lowest; size <= dim.highest; ++size) {
        longer.push_back(shorter);
        longer.back().sizes[dim.name] = size;
      }
    }
    result = longer;
  }
  return result;
}

/// The legal assignment that the contract of solve() asks for, out of `legal`.
Dims nearest(const TableCase& a_case, std::vector<Dims> legal, const Dims& wishes) {
  for (const Dim& dim : a_case.dims) {
    if (dim.kind != Dim::Kind::free) continue;
    const std::int64_t wish = wishes[dim.name];
    std::int64_t best = legal.front()[dim.name];
    for (const Dims& candidate : legal) {
      const std::int64_t size = candidate[dim.name];
      const std::int64_t distance = std::abs(size - wish) - std::abs(best - wish);
      if (distance < 0 || (distance == 0 && size > best)) best = size;
    }
    const auto differs = [&](const Dims& dims) { return dims[dim.name] != best; };
    legal.erase(std::remove_if(legal.begin(), legal.end(), differs), legal.end());
  }
  return legal.front();
}

Dims solve(const DimTable& table, const Dims& wishes) {
  return table.solve([&](const Dim& dim, std::int64_t, std::int64_t) { return wishes[dim.name]; });
}

class EveryTable : public testing::TestWithParam<TableCase> {};

INSTANTIATE_TEST_SUITE_P(DimTable, EveryTable, testing::ValuesIn(kTables));

TEST_P(EveryTable, KnowsWhichSizesAreLegal) {
  const DimTable table = GetParam().table();
  std::size_t legal = 0;
  for (const Dims& dims : assignments(GetParam())) {
    const std::optional<Dims> expected = completed(GetParam(), dims);
    ASSERT_EQ(table.is_legal(dims), expected.has_value()) << testing::PrintToString(dims.sizes);
    legal += expected ? 1U : 0U;
  }
  EXPECT_GT(legal, 0U);
}

TEST_P(EveryTable, MovesEveryWishToTheNearestLegalSizesInOrderOfDeclaration) {
  const DimTable table = GetParam().table();
  std::vector<Dims> legal;
  const std::vector<Dims> all = assignments(GetParam());
  for (const Dims& dims : all) {
    if (auto complete = completed(GetParam(), dims)) legal.push_back(*complete);
  }
  const std::size_t stride = 1 + all.size() / 200;
  for (std::size_t i = 0; i < all.size(); i += stride) {
    ASSERT_EQ(solve(table, all[i]).sizes, nearest(GetParam(), legal, all[i]).sizes)
        << testing::PrintToString(all[i].sizes);
  }
}

TEST_P(EveryTable, ReachesEveryLegalAssignment) {
  const DimTable table = GetParam().table();
  for (const Dims& dims : assignments(GetParam())) {
    if (const auto legal = completed(GetParam(), dims)) {
      ASSERT_EQ(solve(table, dims).sizes, legal->sizes);
    }
  }
}

TEST_P(EveryTable, SolvesRandomWishesWithinWideBounds) {
  TableCase wide = GetParam();
  for (Dim& dim : wide.dims) dim.highest *= 128;
  const DimTable table = wide.table();
  std::mt19937_64 random(7);
  for (int i = 0; i < 1000; ++i) {
    const Dims dims = table.solve([&](const Dim&, std::int64_t lowest, std::int64_t highest) {
      return std::uniform_int_distribution<std::int64_t>(lowest, highest)(random);
    });
    const std::optional<Dims> expected = completed(wide, dims);
    ASSERT_TRUE(expected) << testing::PrintToString(dims.sizes);
    ASSERT_EQ(dims.sizes, expected->sizes);
    ASSERT_TRUE(table.is_legal(dims));
  }
}

TEST(DimTable, AsksForEachFreeDimOnceInOrderOfDeclaration) {
  const DimTable table({free_dim("T", 2, 9), derived_dim("E", "8*H"), free_dim("H", 1, 4),
                        variadic_dim("batch", 0, 2)},
                       {"T/2", "E"}, {"H <= T"});
  std::vector<std::string> asked;
  const Dims dims = table.solve([&](const Dim& dim, std::int64_t lowest, std::int64_t highest) {
    asked.push_back(dim.name + " " + std::to_string(lowest) + ".." + std::to_string(highest));
    return lowest;
  });
  EXPECT_THAT(asked, testing::ElementsAre("T 2..9", "H 1..4"));
  EXPECT_EQ(dims.sizes, (Sizes{{"E", 8}, {"H", 1}, {"T", 2}}));
  EXPECT_TRUE(dims.variadic.empty());
}

TEST(DimTable, MovesAnAnswerBeyondTheBoundsBack) {
  const DimTable table({free_dim("T", 2, 9)}, {"T"}, {});
  EXPECT_EQ(solve(table, {{{"T", 100}}, {}})["T"], 9);
  EXPECT_EQ(solve(table, {{{"T", -100}}, {}})["T"], 2);
}

TEST(DimTable, SolvesWithinTheLargestBounds) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  const DimTable table({free_dim("A", 1, kMost), free_dim("B", 1, kMost)}, {"A*B", "A/1024"}, {});
  EXPECT_EQ(solve(table, {{{"A", kMost}, {"B", 1}}, {}}).sizes,
            (Sizes{{"A", kMost - 1023}, {"B", 1}}));
  const Dims dims = solve(table, {{{"A", 3'000'000'000}, {"B", kMost}}, {}});
  EXPECT_EQ(dims["A"], 3'000'000'512);
  EXPECT_EQ(dims["B"], kMost / 3'000'000'512);
}

TEST(DimTable, FallsBackToKnownSizesWhereTheSearchTakesTooLong) {
  // Pythagorean triples with a long way to the next one.
  const TableCase entangled = {
      {free_dim("A", 1, 3000), free_dim("B", 1, 3000), free_dim("C", 1, 3000), free_dim("T", 1, 9)},
      {"T/2"},
      {"A*A+B*B == C*C", "A >= 3"}};
  const DimTable table = entangled.table();
  const Dims dims = solve(table, {{{"A", 2999}, {"B", 2000}, {"C", 2}, {"T", 7}}, {}});
  EXPECT_EQ(dims.sizes, (Sizes{{"A", 3}, {"B", 4}, {"C", 5}, {"T", 8}}));
}

}  // namespace
}  // namespace gradgrind
