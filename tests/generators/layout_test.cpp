#include "gradgrind/generators/layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "gradgrind/generators/error.h"

namespace gradgrind {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::uint64_t kKeys = 200;

const std::vector<Shape>& shapes() {
  static const std::vector<Shape> all = {{},        {0},       {1},          {4},
                                         {1, 1},    {3, 1},    {0, 3},       {2, 3},
                                         {2, 1, 3}, {2, 3, 4}, {2, 3, 4, 5}, {1, 3, 1, 2, 2}};
  return all;
}

/// Calls `check(layout, shape)` for layouts of `kind` and each shape that can have them.
template <class Check>
void for_each_layout(LayoutKind kind, Check check) {
  for (const Shape& shape : shapes()) {
    if (!is_possible(kind, static_cast<std::int64_t>(shape.size()))) continue;
    for (std::uint64_t key = 0; key < kKeys; ++key) {
      SCOPED_TRACE(to_string(shape) + " key " + std::to_string(key));
      check(make_layout(kind, shape, key), shape);
    }
  }
}

TEST(Layout, IsFoundByTheNameOfItsKind) {
  for (const LayoutKind kind : all_layouts()) EXPECT_EQ(layout_kind_named(name(kind)), kind);
  EXPECT_EQ(layout_kind_named("alias"), LayoutKind::alias);
  try {
    layout_kind_named("strid");
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("strid"));
    EXPECT_THAT(error.what(), HasSubstr("channels_last"));
  }
}

TEST(Layout, IsContiguousWhereTheKindIsImpossible) {
  for (const LayoutKind kind : all_layouts()) {
    for (const Shape& shape : shapes()) {
      if (is_possible(kind, static_cast<std::int64_t>(shape.size()))) continue;
      EXPECT_EQ(make_layout(kind, shape, 7), Layout{});
    }
  }
}

TEST(Layout, IsAPureFunctionOfTheKey) {
  for (const LayoutKind kind : all_layouts())
    EXPECT_EQ(make_layout(kind, {2, 3, 4, 5}, 7), make_layout(kind, {2, 3, 4, 5}, 7));
}

TEST(Layout, PermutesDimsThatShow) {
  for_each_layout(LayoutKind::permuted, [](const Layout& layout, const Shape& shape) {
    std::vector<std::int64_t> sorted = layout.order;
    std::sort(sorted.begin(), sorted.end());
    std::vector<std::int64_t> identity(shape.size());
    std::iota(identity.begin(), identity.end(), 0);
    EXPECT_EQ(sorted, identity);
    EXPECT_NE(layout.order, identity);
    // Among the dims of more than one element, where there are two, the order differs as well.
    std::vector<std::int64_t> visible;
    std::copy_if(layout.order.begin(), layout.order.end(), std::back_inserter(visible),
                 [&](std::int64_t dim) { return shape[static_cast<std::size_t>(dim)] > 1; });
    EXPECT_TRUE(visible.size() < 2 || !std::is_sorted(visible.begin(), visible.end()));
  });
}

TEST(Layout, ReachesEveryOrderOfThreeDims) {
  std::vector<std::vector<std::int64_t>> orders;
  for (std::uint64_t key = 0; key < kKeys; ++key)
    orders.push_back(make_layout(LayoutKind::permuted, {2, 3, 4}, key).order);
  std::sort(orders.begin(), orders.end());
  orders.erase(std::unique(orders.begin(), orders.end()), orders.end());
  EXPECT_EQ(orders.size(), 5u);
}

TEST(Layout, StepsOverSlices) {
  for_each_layout(LayoutKind::strided, [](const Layout& layout, const Shape& shape) {
    ASSERT_EQ(layout.step.size(), shape.size());
    EXPECT_THAT(layout.step, testing::Each(testing::AllOf(testing::Ge(1), testing::Le(3))));
    const bool has_long_dim =
        std::any_of(shape.begin(), shape.end(), [](std::int64_t size) { return size > 1; });
    bool shows = false;
    for (std::size_t dim = 0; dim < shape.size(); ++dim)
      shows = shows || (layout.step[dim] > 1 && (shape[dim] > 1 || !has_long_dim));
    EXPECT_TRUE(shows);
  });
}

TEST(Layout, StartsBehindTheBeginning) {
  for_each_layout(LayoutKind::offset, [](const Layout& layout, const Shape& shape) {
    ASSERT_EQ(layout.start.size(), shape.size());
    EXPECT_THAT(layout.start[0], testing::AllOf(testing::Ge(1), testing::Le(3)));
    EXPECT_EQ(std::accumulate(layout.start.begin() + 1, layout.start.end(), std::int64_t{0}), 0);
  });
}

TEST(Layout, StoresChannelsLast) {
  EXPECT_THAT(make_layout(LayoutKind::channels_last, {1, 2, 3, 4}, 0).order,
              ElementsAre(0, 2, 3, 1));
  EXPECT_THAT(make_layout(LayoutKind::channels_last, {1, 2, 3, 4, 5}, 0).order,
              ElementsAre(0, 2, 3, 4, 1));
}

TEST(Layout, ExpandsOneLongDim) {
  for_each_layout(LayoutKind::expanded, [](const Layout& layout, const Shape& shape) {
    if (std::none_of(shape.begin(), shape.end(), [](std::int64_t size) { return size > 1; })) {
      EXPECT_EQ(layout, Layout{});
      return;
    }
    ASSERT_EQ(layout.expanded.size(), shape.size());
    ASSERT_EQ(std::count(layout.expanded.begin(), layout.expanded.end(), true), 1);
    const auto dim = std::find(layout.expanded.begin(), layout.expanded.end(), true);
    EXPECT_GT(shape[static_cast<std::size_t>(dim - layout.expanded.begin())], 1);
  });
}

TEST(Layout, SaysWhatItIs) {
  EXPECT_EQ(to_string(Layout{}), "contiguous");
  Layout layout;
  layout.kind = LayoutKind::permuted;
  layout.order = {1, 0};
  EXPECT_EQ(to_string(layout), "permuted (1, 0)");
  layout = {};
  layout.kind = LayoutKind::strided;
  layout.step = {1, 2};
  EXPECT_EQ(to_string(layout), "strided step (1, 2)");
  layout = {};
  layout.kind = LayoutKind::offset;
  layout.start = {2, 0};
  EXPECT_EQ(to_string(layout), "offset start (2, 0)");
  layout = {};
  layout.kind = LayoutKind::expanded;
  layout.expanded = {false, true};
  EXPECT_EQ(to_string(layout), "expanded dims (1)");
  layout = {};
  layout.kind = LayoutKind::alias;
  layout.alias_of = "x";
  EXPECT_EQ(to_string(layout), "alias of x");
  EXPECT_EQ(to_string(make_layout(LayoutKind::channels_last, {1, 2, 3, 4}, 0)), "channels_last");
}

TEST(Representable, MakesSlicesOfExpandedDimsEqual) {
  Array values(DType::int16, {2, 3, 2});
  for (std::int64_t i = 0; i < values.numel(); ++i) values.set(i, i);
  Layout layout;
  layout.kind = LayoutKind::expanded;
  layout.expanded = {false, true, false};
  make_representable(layout, values);
  std::vector<std::int64_t> elements;
  for (std::int64_t i = 0; i < values.numel(); ++i)
    elements.push_back(std::get<std::int64_t>(values.at(i)));
  EXPECT_THAT(elements, ElementsAre(0, 1, 0, 1, 0, 1, 6, 7, 6, 7, 6, 7));
  layout.expanded = {true, true, true};
  make_representable(layout, values);
  for (std::int64_t i = 0; i < values.numel(); ++i) EXPECT_EQ(values.real_at(i), 0);
}

TEST(Representable, LeavesOtherLayoutsAndEmptyArraysAlone) {
  Array values(DType::int16, {2});
  values.set(1, std::int64_t{5});
  const Array before = values;
  make_representable(make_layout(LayoutKind::strided, {2}, 1), values);
  EXPECT_EQ(values, before);
  Layout layout;
  layout.expanded = {true, true};
  Array empty(DType::int16, {0, 3});
  make_representable(layout, empty);
  EXPECT_EQ(empty, Array(DType::int16, {0, 3}));
}

TEST(Representable, RefusesALayoutOfAnotherRank) {
  Layout layout;
  layout.kind = LayoutKind::expanded;
  layout.expanded = {true, true};
  Array values(DType::int16, {2});
  try {
    make_representable(layout, values);
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(),
                 "make_representable(): layout 'expanded dims (0, 1)' is for rank 2, the array has "
                 "shape [2]; give `expanded` an entry for each dim.");
  }
}

}  // namespace
}  // namespace gradgrind
