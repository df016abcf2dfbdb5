// Each of the things that shrinking makes smaller, on contracts that show it alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <variant>

#include "gradgrind/generators/shrink.h"
#include "tests/generators/dim_tables.h"
#include "tests/generators/shrinking.h"

namespace gradgrind {
namespace {

using testing::ElementsAre;

TEST(ShrinkDims, TakeDerivedDimsAlong) {
  const CaseSpace space(of({free_dim("B", 1, 8), free_dim("H", 1, 4), derived_dim("E", "8*H")},
                           {{"x", floats("B E", extremes())}}));
  const auto fails = [](const Case& a_case) {
    const auto x = elements(values(a_case, "x"));
    return std::any_of(x.begin(), x.end(), [](double element) { return element > 1000; });
  };
  const Case result = smallest(space, fails);
  EXPECT_EQ(result.dims["E"], 8);
  EXPECT_THAT(elements(values(result, "x")), ElementsAre(1001, 0, 0, 0, 0, 0, 0, 0));
}

TEST(ShrinkDims, StayDivisible) {
  const CaseSpace space(of({free_dim("T", 2, 32)}, {{"x", floats("T")}, {"y", floats("T/2")}}));
  const Case result = smallest(space, [](const Case& a_case) { return a_case.dims["T"] >= 5; });
  EXPECT_EQ(result.dims["T"], 6);
  EXPECT_EQ(values(result, "y").shape(), Shape{3});
}

TEST(ShrinkDims, HoldTheirRelations) {
  Signature signature = of({free_dim("K", 1, 16), free_dim("T", 1, 16)}, {{"x", floats("T-K+1")}});
  signature.relations = {"K <= T"};
  const Case result =
      smallest(CaseSpace(signature), [](const Case& a_case) { return a_case.dims["T"] >= 7; });
  EXPECT_EQ(result.dims["T"], 7);
  EXPECT_EQ(result.dims["K"], 7);
  EXPECT_EQ(values(result, "x").shape(), Shape{1});
}

TEST(ShrinkDims, FindThresholdsOfDimsWithoutTensors) {
  const CaseSpace space(of({free_dim("H", 1, 1000)}, {{"x", floats("2")}}));
  const Case result = smallest(space, [](const Case& a_case) { return a_case.dims["H"] > 137; });
  EXPECT_EQ(result.dims["H"], 138);
}

TEST(ShrinkDims, ReachSizeZeroWhereItIsLegal) {
  const CaseSpace space(of({free_dim("B", 0, 9)}, {{"x", floats("B 3")}}));
  const Case result = smallest(space, [](const Case&) { return true; });
  EXPECT_EQ(values(result, "x").shape(), (Shape{0, 3}));
}

TEST(ShrinkDims, DropVariadicDimsAndCollapseTheRest) {
  Dim batch;
  batch.kind = Dim::Kind::variadic;
  batch.name = "batch";
  batch.lowest = 0;
  batch.highest = 3;
  const CaseSpace space(
      of({batch, free_dim("D", 1, 4)}, {{"x", floats("*batch D")}, {"y", floats("*batch")}}));
  const auto two_dims = [](const Case& a_case) {
    const Shape& sizes = a_case.dims.variadic.at("batch");
    return sizes.size() >= 2 && sizes.back() >= 2;
  };
  EXPECT_EQ(smallest(space, two_dims).dims.variadic.at("batch"), (Shape{1, 2}));
  const Case any = smallest(space, [](const Case&) { return true; });
  EXPECT_EQ(any.dims.variadic.at("batch"), Shape{});
  EXPECT_EQ(values(any, "y").shape(), Shape{});
}

TEST(ShrinkDims, TryOtherWeightsWhereTheSlicedOnesLoseTheFailure) {
  const CaseSpace space(of({free_dim("E", 1, 4)}, {{"x", floats("E")}}));
  const auto fails = [](const Case& a_case) {
    return a_case.dims["E"] == 4 || a_case.weights.seed == 5;
  };
  EXPECT_EQ(smallest(space, fails, {"E"}).dims["E"], 1);
  EXPECT_EQ(smallest(space, fails, {"E"}).weights.seed, 5U);
}

TEST(ShrinkDims, GiveUpABatchForALongerSequence) {
  const CaseSpace space(of({free_dim("B", 1, 8), free_dim("T", 1, 4)},
                           {{"x", floats("B T")}, {"len", lengths("B", "T")}}));
  const auto fails = [](const Case& a_case) {
    double sum = 0;
    for (const double length : elements(values(a_case, "len"))) sum += length;
    return sum > 7;
  };
  const Case result = smallest(space, fails);
  EXPECT_THAT(elements(values(result, "len")), ElementsAre(4, 4));
}

TEST(ShrinkStructure, ShortensLists) {
  const CaseSpace space(of({free_dim("B", 1, 4)}, {{"xs", floats("B", extremes()).list(1, 6)}}));
  const auto fails = [](const Case& a_case) {
    for (const TensorValue& tensor : a_case.input("xs").tensors) {
      for (const double element : elements(tensor.values)) {
        if (element > 1000) return true;
      }
    }
    return false;
  };
  const Case result = smallest(space, fails);
  ASSERT_EQ(result.input("xs").tensors.size(), 1U);
  EXPECT_THAT(elements(values(result, "xs")), ElementsAre(1001));
}

TEST(ShrinkStructure, LeavesOutOptionalInputs) {
  const CaseSpace space(
      of({free_dim("B", 1, 4)}, {{"x", floats("B")}, {"bias", floats("B").optional()}}));
  const auto fails = [](const Case& a_case) { return !values(a_case, "x").shape().empty(); };
  EXPECT_THAT(smallest(space, fails).input("bias").tensors, testing::IsEmpty());
}

TEST(ShrinkStructure, CollapsesBroadcastPartners) {
  const CaseSpace space(of({free_dim("B", 2, 4), free_dim("D", 2, 4)},
                           {{"x", floats("B D")}, {"y", broadcastable("x")}}));
  EXPECT_EQ(values(smallest(space, [](const Case&) { return true; }), "y").shape(), Shape{});
  const auto has_rows = [](const Case& a_case) { return values(a_case, "y").shape().size() == 2; };
  EXPECT_EQ(values(smallest(space, has_rows), "y").shape(), (Shape{1, 1}));
}

TEST(ShrinkSettings, MoveParametersToTheSimplest) {
  Signature signature = of({}, {{"x", floats("2")}});
  signature.parameters = {
      {"n", integer(0, 1000)}, {"mode", choice({"sum", "mean", "a"})}, {"flag", flag()}};
  const CaseSpace space(signature);
  const Case any = smallest(space, [](const Case&) { return true; });
  EXPECT_EQ(std::get<std::int64_t>(any.parameters.at("n")), 0);
  EXPECT_EQ(std::get<std::string>(any.parameters.at("mode")), "sum");
  EXPECT_FALSE(std::get<bool>(any.parameters.at("flag")));
  const Case bounded = smallest(space, [](const Case& a_case) {
    return std::get<std::int64_t>(a_case.parameters.at("n")) > 77 &&
           std::get<std::string>(a_case.parameters.at("mode")) != "sum";
  });
  EXPECT_EQ(std::get<std::int64_t>(bounded.parameters.at("n")), 78);
  EXPECT_EQ(std::get<std::string>(bounded.parameters.at("mode")), "mean");
}

TEST(ShrinkSettings, MoveDevicesToTheCpu) {
  Signature signature = of({free_dim("B", 1, 4)}, {{"x", floats("B")}, {"y", floats("B")}});
  signature.devices = {Device::cpu, Device::cuda};
  const auto fails = [](const Case& a_case) {
    return a_case.input("x").tensors.front().device == Device::cuda;
  };
  Case failing = some_failing(CaseSpace(signature), fails);
  const Case result = shrink(CaseSpace(signature), failing, fails).smallest;
  EXPECT_EQ(result.input("y").tensors.front().device, Device::cpu);
}

TEST(ShrinkSettings, MoveOwnDtypesToTheFirstOfTheirSet) {
  const CaseSpace space(of({}, {{"x", integers("2", 0, 9).of_dtypes(all_integers())}}));
  const auto fails = [](const Case& a_case) { return values(a_case, "x").dtype() >= DType::int16; };
  EXPECT_EQ(values(smallest(space, fails), "x").dtype(), DType::int16);
}

TEST(ShrinkSettings, DropGivenWeightsThatAreNotNeeded) {
  const CaseSpace space(of({}, {{"x", floats("2")}}));
  RandomSource source(7);
  Case failing = space.generate(source);
  for (const char* name : {"a", "b", "c", "d"}) failing.weight(name, Array(DType::float32, {2}));
  const auto needs_c = [](const Case& a_case) {
    const auto& state = a_case.weights.state;
    return std::any_of(state.begin(), state.end(),
                       [](const NamedArray& entry) { return entry.name == "c"; });
  };
  const Case result = shrink(space, failing, needs_c).smallest;
  ASSERT_EQ(result.weights.state.size(), 1U);
  EXPECT_EQ(result.weights.state.front().name, "c");
  const Case any = shrink(space, failing, [](const Case&) { return true; }).smallest;
  EXPECT_THAT(any.weights.state, testing::IsEmpty());
}

TEST(ShrinkSettings, EndAtSmallSeeds) {
  const CaseSpace space(of({}, {{"x", floats("2")}}));
  const Case result = smallest(space, [](const Case& a_case) { return a_case.seed != 0; });
  EXPECT_EQ(result.seed, 1U);
  EXPECT_EQ(result.weights.seed, 0U);
  EXPECT_EQ(result.weights.policy, WeightPolicy::fresh);
}

TEST(ShrinkLayouts, EndAtTheSimplestKindThatWillDo) {
  const CaseSpace space(of({}, {{"x", floats("2 3 4").with_layouts(all_layouts())}}));
  const auto fails = [](const Case& a_case) {
    return a_case.input("x").tensors.front().layout.kind >= LayoutKind::permuted;
  };
  const Layout layout = smallest(space, fails).input("x").tensors.front().layout;
  EXPECT_EQ(to_string(layout), "permuted (0, 2, 1)");
}

}  // namespace
}  // namespace gradgrind
