#include "gradgrind/generators/neighbours.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <thread>
#include <vector>

#include "tests/generators/neighbour_cases.h"

namespace gradgrind {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using Kind = ChangedPart::Kind;

TEST(Neighbours, SayThatNothingMattersWhereEverythingFailsAlike) {
  const CaseSpace space = rows();
  const Neighbourhood seen =
      explore_neighbours(space, zeros(space), failing_where([](const Case&) { return true; }));
  EXPECT_EQ(any_text(seen),
            "fails alike for 8 of 8 other contents of x, 8 of 8 of y\n"
            "fails alike for 3 of 3 other sizes of B\n"
            "fails alike for 1 of 1 other dtypes, 1 of 1 other layouts of y, 5 of 5 other weights, "
            "3 of 3 other seeds\n"
            "fails alike for 4 of 4 cases with all of that changed at once");
  EXPECT_EQ(matters_text(seen), "");
  EXPECT_EQ(holds_text(seen), "none of 33 changed cases");
  EXPECT_TRUE(seen.is_complete);
}

TEST(Neighbours, FindTheThresholdOfAnElement) {
  const CaseSpace space = rows();
  Case failing = zeros(space);
  failing.input("x").tensors.front().values.set(0, 89.0);
  const Neighbourhood seen = explore_neighbours(
      space, failing,
      failing_where([](const Case& neighbour) { return values(neighbour, "x").real_at(0) >= 89; }));
  EXPECT_EQ(holds_text(seen), "with x[0, 0] = 88 in place of 89");
  EXPECT_FALSE(part(seen, Kind::contents, "x").is_irrelevant());
  EXPECT_TRUE(part(seen, Kind::contents, "y").is_irrelevant());
  EXPECT_TRUE(part(seen, Kind::size, "B").is_irrelevant());
}

TEST(Neighbours, NameTheSizesThatHold) {
  const CaseSpace space = rows();
  Case failing = zeros(space);
  failing = *space.sliced(failing, "B", {0});
  const Neighbourhood seen = explore_neighbours(
      space, failing, failing_where([](const Case& neighbour) { return neighbour.dims["B"] < 4; }));
  EXPECT_EQ(matters_text(seen), "B: holds with 4, 8; fails alike with 2");
  EXPECT_EQ(holds_text(seen), "with B=4");
}

TEST(Neighbours, TellWhatFailsOtherwise) {
  const CaseSpace space = rows();
  const Neighbourhood seen = explore_neighbours(space, zeros(space), [](const Case& neighbour) {
    return neighbour.dtype == DType::float64 ? Likeness::fails_otherwise : Likeness::fails_alike;
  });
  EXPECT_EQ(matters_text(seen), "dtype: fails otherwise with float64");
}

TEST(Neighbours, CountNothingThatSaysNothing) {
  const CaseSpace space = rows();
  const Neighbourhood seen =
      explore_neighbours(space, zeros(space), [](const Case&) { return Likeness::says_nothing; });
  EXPECT_THAT(seen.parts, IsEmpty());
  EXPECT_EQ(any_text(seen), "");
  EXPECT_EQ(seen.together, 0);
}

TEST(Neighbours, DoNotCallAPartIrrelevantOnOneWitnessAmongSilence) {
  ChangedPart changed;
  changed.alike = {"normal"};
  EXPECT_TRUE(changed.is_irrelevant());
  changed.silent = 7;
  EXPECT_FALSE(changed.is_irrelevant());
  changed.alike = {"normal", "zero", "ties"};
  EXPECT_TRUE(changed.is_irrelevant());
  changed.holding = {"uniform"};
  EXPECT_FALSE(changed.is_irrelevant());
}

TEST(Neighbours, SeeWhatMattersOnlyTogether) {
  const CaseSpace space = rows();
  // Fails unless both inputs differ from 0: neither matters alone.
  const auto is_zero = [](const Case& neighbour, const char* input) {
    for (const double element : elements(values(neighbour, input)))
      if (element != 0) return false;
    return true;
  };
  const Neighbourhood seen =
      explore_neighbours(space, zeros(space), failing_where([&](const Case& neighbour) {
                           return is_zero(neighbour, "x") || is_zero(neighbour, "y");
                         }));
  EXPECT_TRUE(part(seen, Kind::contents, "x").is_irrelevant());
  EXPECT_EQ(seen.together, 4);
  EXPECT_LT(seen.together_alike, 4);
  EXPECT_THAT(any_text(seen), testing::HasSubstr("but only for "));
}

TEST(Neighbours, AreLegalNewAndOneChangeAway) {
  const CaseSpace space(of({free_dim("B", 1, 6), free_dim("V", 1, 5)},
                           {{"ids", ids("B", "V")},
                            {"pad", padding_mask("B", marks_padding).of("x")},
                            {"w", floats("B")},
                            {"x", floats("B").maybe_alias_of("w")}}));
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    RandomSource source(seed);
    const Case failing = space.generate(source);
    std::vector<Case> seen = {failing};
    explore_neighbours(space, failing, [&](const Case& neighbour) {
      EXPECT_EQ(space.mismatch(neighbour), "");
      EXPECT_THAT(seen, testing::Not(testing::Contains(neighbour)));
      seen.push_back(neighbour);
      return Likeness::holds;
    });
  }
}

TEST(Neighbours, LeaveWeightsOfAFunctionAlone) {
  const CaseSpace space = rows();
  const Case failing = zeros(space);
  NeighbourOptions options;
  options.has_weights = false;
  explore_neighbours(
      space, failing,
      [&](const Case& neighbour) {
        EXPECT_TRUE(neighbour.weights == failing.weights);
        return Likeness::fails_alike;
      },
      options);
}

TEST(Neighbours, EndWithTheBudgetInRuns) {
  const CaseSpace space = rows();
  NeighbourOptions options;
  options.runs = 10;
  const Neighbourhood seen = explore_neighbours(
      space, zeros(space), failing_where([](const Case&) { return true; }), options);
  EXPECT_EQ(seen.runs, 10);
  EXPECT_FALSE(seen.is_complete);
  EXPECT_EQ(holds_text(seen), "none of 10 changed cases; the budget ended the search");
  options.runs = 0;
  EXPECT_EQ(holds_text(explore_neighbours(
                space, zeros(space), failing_where([](const Case&) { return true; }), options)),
            "");
}

TEST(Neighbours, EndWithTheBudgetInSeconds) {
  const CaseSpace space = rows();
  NeighbourOptions options;
  options.seconds = 0.01;
  const Neighbourhood seen =
      explore_neighbours(space, zeros(space), failing_where([](const Case&) {
                           std::this_thread::sleep_for(std::chrono::milliseconds(4));
                           return true;
                         }),
                         options);
  EXPECT_GE(seen.runs, 1);
  EXPECT_LE(seen.runs, 3);
  EXPECT_FALSE(seen.is_complete);
}

TEST(Neighbours, StayWithinTheDefaultBudgetForManyParts) {
  std::vector<Dim> dims;
  std::vector<std::pair<std::string, Domain>> inputs;
  for (const char* name : {"A", "B", "C", "D", "E", "F"}) {
    dims.push_back(free_dim(name, 1, 9));
    inputs.emplace_back(std::string("x") + name, floats(std::string(name) + " 2"));
  }
  const CaseSpace space(of(dims, inputs));
  const Neighbourhood seen = explore_neighbours(
      space, zeros(space),
      failing_where([](const Case& neighbour) { return neighbour.dtype == DType::float32; }));
  EXPECT_LE(seen.runs, 200);
  EXPECT_TRUE(seen.is_complete);
}

}  // namespace
}  // namespace gradgrind
