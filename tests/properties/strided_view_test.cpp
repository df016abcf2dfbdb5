// Where a layout puts values in a storage, and what lies between them.
#include "properties/strided_view.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "gradgrind/generators/case.h"

namespace gradgrind {
namespace {

using testing::ElementsAre;

constexpr std::int16_t kGap = std::numeric_limits<std::int16_t>::max();

std::vector<std::int16_t> storage_of(const Array& values, const Layout& layout) {
  const StridedView view = strided_view(layout, values.shape());
  std::vector<std::int16_t> storage(static_cast<std::size_t>(view.storage));
  write_view(values, layout, view, reinterpret_cast<std::byte*>(storage.data()));
  return storage;
}

Array rows() { return array(DType::int16, {2, 3}, {0, 1, 2, 10, 11, 12}); }

TEST(StridedView, ContiguousIsRowMajorWithoutGaps) {
  EXPECT_THAT(strided_view({}, {2, 3}).strides, ElementsAre(3, 1));
  EXPECT_THAT(storage_of(rows(), {}), ElementsAre(0, 1, 2, 10, 11, 12));
}

TEST(StridedView, AnOrderPutsItsLastDimInnermost) {
  Layout layout;
  layout.order = {1, 0};
  EXPECT_THAT(strided_view(layout, {2, 3}).strides, ElementsAre(1, 2));
  EXPECT_THAT(storage_of(rows(), layout), ElementsAre(0, 10, 1, 11, 2, 12));
}

TEST(StridedView, StepsAndStartsLeaveGapsThatShow) {
  Layout layout;
  layout.step = {1, 2};
  layout.start = {0, 1};
  const StridedView view = strided_view(layout, {2, 3});
  EXPECT_EQ(view.offset, 1);
  EXPECT_THAT(view.strides, ElementsAre(7, 2));
  EXPECT_THAT(storage_of(rows(), layout), ElementsAre(kGap, 0, kGap, 1, kGap, 2, kGap,  //
                                                      kGap, 10, kGap, 11, kGap, 12, kGap));
}

TEST(StridedView, AnExpandedDimIsStoredOnce) {
  Layout layout;
  layout.expanded = {true, false};
  const Array equal_rows = array(DType::int16, {2, 3}, {4, 5, 6, 4, 5, 6});
  EXPECT_THAT(strided_view(layout, {2, 3}).strides, ElementsAre(0, 1));
  EXPECT_THAT(storage_of(equal_rows, layout), ElementsAre(4, 5, 6));
}

TEST(StridedView, AnEmptyViewHasNoOffset) {
  Layout layout;
  layout.start = {2, 1};
  layout.step = {1, 1};
  EXPECT_EQ(strided_view(layout, {0, 3}).offset, 0);
}

TEST(StridedView, AScalarIsOneElement) {
  EXPECT_EQ(strided_view({}, {}).storage, 1);
  EXPECT_THAT(storage_of(array(DType::int16, {}, {7}), {}), ElementsAre(7));
}

TEST(StridedView, GapsBetweenFloatsAreNaN) {
  Layout layout;
  layout.step = {2};
  const Array values = array(DType::float64, {2}, {1, 2});
  const StridedView view = strided_view(layout, values.shape());
  std::vector<double> storage(static_cast<std::size_t>(view.storage));
  write_view(values, layout, view, reinterpret_cast<std::byte*>(storage.data()));
  ASSERT_EQ(storage.size(), 4U);
  EXPECT_EQ(storage[0], 1);
  EXPECT_TRUE(std::isnan(storage[1]));
  EXPECT_EQ(storage[2], 2);
  EXPECT_TRUE(std::isnan(storage[3]));
}

}  // namespace
}  // namespace gradgrind
