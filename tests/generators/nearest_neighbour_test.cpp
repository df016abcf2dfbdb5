// Which of the cases that hold is called the nearest.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gradgrind/generators/neighbours.h"
#include "tests/generators/neighbour_cases.h"

namespace gradgrind {
namespace {

using testing::ElementsAre;
using Kind = ChangedPart::Kind;

TEST(NearestNeighbour, CallTheSmallestChangeOfAnElementNearest) {
  const CaseSpace space = rows();
  Case failing = zeros(space);
  Array& x = failing.input("x").tensors.front().values;
  x.set(0, 89.0);
  x.set(1, 0.5);
  const Neighbourhood seen =
      explore_neighbours(space, failing, failing_where([](const Case& neighbour) {
                           const Array& own = values(neighbour, "x");
                           return own.real_at(0) >= 89 && own.real_at(1) > 0.3;
                         }));
  EXPECT_EQ(holds_text(seen), "with x[0, 1] = 0.296875 in place of 0.5");
}

TEST(NearestNeighbour, CallOneElementNearerThanASize) {
  const CaseSpace space = rows();
  Case failing = sized(space, 3);
  failing.input("x").tensors.front().values.set(0, 89.0);
  const Neighbourhood seen =
      explore_neighbours(space, failing, failing_where([](const Case& neighbour) {
                           return neighbour.dims["B"] > 1 && values(neighbour, "x").real_at(0) > 88;
                         }));
  EXPECT_THAT(part(seen, Kind::size, "B").holding, ElementsAre("1"));
  EXPECT_EQ(holds_text(seen), "with x[0, 0] = 88 in place of 89");
}

TEST(NearestNeighbour, GoToTheThresholdOfASize) {
  const CaseSpace space = rows();
  const Neighbourhood seen = explore_neighbours(
      space, sized(space, 8),
      failing_where([](const Case& neighbour) { return neighbour.dims["B"] >= 3; }));
  EXPECT_THAT(part(seen, Kind::size, "B").holding, ElementsAre("1"));
  EXPECT_EQ(holds_text(seen), "with B=2");
}

/// n [B] of 0 .. 9; `nonzero` of them count.
CaseSpace digits() { return CaseSpace(of({free_dim("B", 1, 8)}, {{"n", integers("B", 0, 9)}})); }

int nonzero(const Case& a_case) {
  int count = 0;
  for (const double element : elements(values(a_case, "n"))) count += element != 0 ? 1 : 0;
  return count;
}

TEST(NearestNeighbour, ChangeNoMoreElementsThanNeedBe) {
  const CaseSpace space = digits();
  const Case failing = sized(space, 6);
  const Neighbourhood seen = explore_neighbours(
      space, failing, failing_where([](const Case& neighbour) { return nonzero(neighbour) < 2; }));
  EXPECT_EQ(holds_text(seen), "with n[3] = 1 in place of 0, n[4] = 1 in place of 0");
}

TEST(NearestNeighbour, CallASizeNearerThanTwoElements) {
  const CaseSpace space = digits();
  const Case failing = sized(space, 6);
  const Neighbourhood seen =
      explore_neighbours(space, failing, failing_where([](const Case& neighbour) {
                           return nonzero(neighbour) < 2 && neighbour.dims["B"] > 3;
                         }));
  EXPECT_EQ(matters_text(seen).substr(0, 14), "contents of n:");
  EXPECT_EQ(holds_text(seen), "with B=3");
}

TEST(NearestNeighbour, CountElementsTooManyToName) {
  const CaseSpace space = digits();
  const Case failing = sized(space, 6);
  const Neighbourhood seen = explore_neighbours(
      space, failing, failing_where([](const Case& neighbour) { return nonzero(neighbour) < 5; }));
  EXPECT_EQ(holds_text(seen), "with 5 other elements of n");
}

TEST(NearestNeighbour, GoToTheThresholdOfAParameter) {
  Signature signature = of({free_dim("B", 1, 2)}, {{"x", floats("B")}});
  signature.parameters = {{"k", integer(0, 100)}};
  const CaseSpace space(signature);
  Case failing = zeros(space);
  failing.parameters["k"] = std::int64_t{90};
  const Neighbourhood seen =
      explore_neighbours(space, failing, failing_where([](const Case& neighbour) {
                           return std::get<std::int64_t>(neighbour.parameters.at("k")) >= 37;
                         }));
  EXPECT_EQ(holds_text(seen), "with k=36");
}

TEST(NearestNeighbour, CallOtherWeightsFartherThanAllElements) {
  const CaseSpace space = digits();
  const Case failing = sized(space, 6);
  const Neighbourhood seen =
      explore_neighbours(space, failing, failing_where([&](const Case& neighbour) {
                           return nonzero(neighbour) < 6 && neighbour.weights == failing.weights;
                         }));
  EXPECT_EQ(holds_text(seen), "with 6 other elements of n");
}

TEST(NearestNeighbour, StayWithinTheBudgetOverManyElements) {
  const CaseSpace space(of({free_dim("B", 1, 4096)}, {{"n", integers("B", 0, 9)}}));
  const Case failing = sized(space, 4096);
  const Neighbourhood seen = explore_neighbours(
      space, failing,
      failing_where([](const Case& neighbour) { return nonzero(neighbour) < 1000; }));
  EXPECT_LE(seen.runs, 200);
  EXPECT_TRUE(seen.is_complete);
  EXPECT_THAT(holds_text(seen), testing::EndsWith(" other elements of n"));
}

}  // namespace
}  // namespace gradgrind
