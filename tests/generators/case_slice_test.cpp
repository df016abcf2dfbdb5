// CaseSpace::sliced(): joint over all that depends on a dim.
#include <gmock/gmock.h>

#include <numeric>
#include <string>
#include <vector>

#include "gradgrind/generators/case_space.h"
#include "gradgrind/generators/error.h"
#include "tests/generators/signatures.h"

namespace gradgrind {
namespace {

using namespace testing_signatures;
using testing::HasSubstr;
using testing::ThrowsMessage;

/// 0, 1, 2, ... in `shape`.
Array counting(DType dtype, const Shape& shape) {
  Array values(dtype, shape);
  for (std::int64_t i = 0; i < values.numel(); ++i) values.set(i, static_cast<double>(i));
  return values;
}

const Array& values_of(const Case& a_case, const std::string& input) {
  return a_case.input(input).tensors.front().values;
}

TEST(Sliced, DropsAnIndexFromEveryInputThatHasTheDim) {
  Signature signature;
  signature.dims = {free_dim("B", 1, 4), free_dim("T", 1, 4)};
  signature.inputs = {{"x", floats("B T")},
                      {"y", floats("T B").list(0, 3)},
                      {"square", floats("B B")},
                      {"z", floats("T")}};
  const CaseSpace space(signature);
  Case a_case;
  a_case.dim("B", 3)
      .dim("T", 2)
      .tensor("x", counting(DType::float32, {3, 2}))
      .tensor("y", counting(DType::float32, {2, 3}))
      .tensor("y", Array(DType::float32, {2, 3}))
      .tensor("square", counting(DType::float32, {3, 3}))
      .tensor("z", counting(DType::float32, {2}));
  const auto sliced = space.sliced(a_case, "B", {0, 2});
  ASSERT_TRUE(sliced);
  EXPECT_EQ(sliced->dims["B"], 2);
  EXPECT_EQ(values_of(*sliced, "x"), array(DType::float32, {2, 2}, {0, 1, 4, 5}));
  EXPECT_EQ(values_of(*sliced, "y"), array(DType::float32, {2, 2}, {0, 2, 3, 5}));
  EXPECT_EQ(sliced->input("y").tensors[1].values.shape(), (Shape{2, 2}));
  EXPECT_EQ(values_of(*sliced, "square"), array(DType::float32, {2, 2}, {0, 2, 6, 8}));
  EXPECT_EQ(values_of(*sliced, "z"), values_of(a_case, "z"));
}

TEST(Sliced, TakesDerivedDimsAlong) {
  Signature signature;
  signature.dims = {free_dim("H", 1, 4), derived_dim("E", "2*H")};
  signature.inputs = {{"x", floats("E")}};
  const CaseSpace space(signature);
  Case a_case;
  a_case.dim("H", 3).dim("E", 6).tensor("x", counting(DType::float32, {6}));
  const auto sliced = space.sliced(a_case, "H", {0, 2});
  ASSERT_TRUE(sliced);
  EXPECT_EQ(sliced->dims["E"], 4);
  EXPECT_EQ(values_of(*sliced, "x"), array(DType::float32, {4}, {0, 1, 4, 5}));
}

TEST(Sliced, FindsTheAxesBehindAVariadicDim) {
  Signature signature;
  signature.dims = {variadic_dim("batch", 0, 3, 1, 3), free_dim("D", 1, 3)};
  signature.inputs = {{"x", floats("*batch D")}};
  const CaseSpace space(signature);
  Case a_case;
  a_case.dim("D", 3).variadic("batch", {2, 1}).tensor("x", counting(DType::float32, {2, 1, 3}));
  EXPECT_EQ(values_of(*space.sliced(a_case, "D", {1}), "x"),
            array(DType::float32, {2, 1, 1}, {1, 4}));
}

TEST(Sliced, LeavesCollapsedAxesOfABroadcastPartner) {
  Signature signature;
  signature.dims = {free_dim("B", 0, 4), free_dim("T", 1, 4)};
  signature.inputs = {
      {"x", floats("B T").optional()}, {"y", broadcastable("x")}, {"z", broadcastable("y")}};
  const CaseSpace space(signature);
  Case a_case;
  a_case.dim("B", 3)
      .dim("T", 2)
      .tensor("x", counting(DType::float32, {3, 2}))
      .tensor("y", counting(DType::float32, {3, 1}))
      .tensor("z", counting(DType::float32, {1}));
  const auto rows = space.sliced(a_case, "B", {1, 2});
  EXPECT_EQ(values_of(*rows, "y"), array(DType::float32, {2, 1}, {1, 2}));
  EXPECT_EQ(values_of(*rows, "z"), values_of(a_case, "z"));
  const auto columns = space.sliced(a_case, "T", {1});
  EXPECT_EQ(values_of(*columns, "y"), values_of(a_case, "y"));
  a_case.input("x").tensors.clear();
  EXPECT_EQ(values_of(*space.sliced(a_case, "B", {2}), "y"), array(DType::float32, {1, 1}, {2}));
}

TEST(Sliced, RepairsValuesWhoseDomainShrinksWithTheDim) {
  Signature signature;
  signature.dims = {free_dim("N", 1, 6)};
  signature.inputs = {{"order", permutations("N")}, {"ids", ids("2", "N")}};
  const CaseSpace space(signature);
  Case a_case;
  a_case.dim("N", 4)
      .tensor("order", array(DType::int64, {4}, {3, 0, 2, 1}))
      .tensor("ids", array(DType::int64, {2}, {3, 1}));
  const auto sliced = space.sliced(a_case, "N", {0, 1, 3});
  EXPECT_EQ(values_of(*sliced, "order"), array(DType::int64, {3}, {2, 0, 1}));
  EXPECT_EQ(space.mismatch(*sliced), "");
}

TEST(Sliced, KeepsLayouts) {
  Signature signature;
  signature.dims = {free_dim("B", 1, 4)};
  signature.inputs = {{"x", floats("B 3").with_layouts(all_layouts())},
                      {"y", floats("B 3").maybe_alias_of("x")}};
  const CaseSpace space(signature);
  Layout transposed;
  transposed.kind = LayoutKind::permuted;
  transposed.order = {1, 0};
  Layout alias;
  alias.kind = LayoutKind::alias;
  alias.alias_of = "x";
  Case a_case;
  a_case.dim("B", 2)
      .tensor("x", counting(DType::float32, {2, 3}), transposed)
      .tensor("y", counting(DType::float32, {2, 3}), alias);
  const auto sliced = space.sliced(a_case, "B", {1});
  EXPECT_EQ(sliced->input("x").tensors.front().layout, transposed);
  EXPECT_EQ(sliced->input("y").tensors.front().layout, alias);
}

TEST(Sliced, IsNothingWhereTheDimsBecomeIllegal) {
  const CaseSpace space(attention());
  RandomSource source(1);
  Case a_case = space.generate(source);
  EXPECT_FALSE(space.sliced(a_case, "B", {})) << "B is at least 1";
}

TEST(Sliced, SlicesWeightsThatAreBuiltFromTheDim) {
  Signature signature;
  signature.dims = {free_dim("H", 1, 4), derived_dim("E", "2*H"), free_dim("B", 1, 9)};
  signature.inputs = {{"x", floats("B E")}};
  const CaseSpace space(signature);
  Case a_case;
  a_case.dim("H", 3)
      .dim("E", 6)
      .dim("B", 2)
      .tensor("x", counting(DType::float32, {2, 6}))
      .weight("qkv", counting(DType::float32, {12}))    // two blocks of E
      .weight("out", counting(DType::float32, {5, 6}))  // 5 is of no dim
      .weight("heads", counting(DType::float32, {9}))   // three blocks of H
      .weight("scale", counting(DType::float32, {}));
  const auto sliced = space.sliced(a_case, "H", {0, 2}, {"H", "E", "B"});
  ASSERT_TRUE(sliced);
  const auto& state = sliced->weights.state;
  EXPECT_EQ(state[0].values, array(DType::float32, {8}, {0, 1, 4, 5, 6, 7, 10, 11}));
  EXPECT_EQ(state[1].values.shape(), (Shape{5, 4}));
  EXPECT_EQ(state[1].values.at(3), Scalar(5.0));
  EXPECT_EQ(state[2].values, array(DType::float32, {6}, {0, 2, 3, 5, 6, 8}));
  EXPECT_EQ(state[3].values, a_case.weights.state[3].values);
}

TEST(Sliced, LeavesWeightsThatAreNotBuiltFromTheDim) {
  Signature signature;
  signature.dims = {free_dim("B", 1, 9), free_dim("D", 1, 9)};
  const CaseSpace space(signature);
  Case a_case;
  a_case.dim("B", 2).dim("D", 2).weight("w", counting(DType::float32, {2}));
  EXPECT_EQ(space.sliced(a_case, "B", {0}, {"D"})->weights, a_case.weights);
  EXPECT_EQ(space.sliced(a_case, "B", {0})->weights, a_case.weights);
  EXPECT_EQ(space.sliced(a_case, "D", {1}, {"D"})->weights.state[0].values,
            array(DType::float32, {1}, {1}));
}

TEST(Sliced, SaysWhatIsWrongWithItsArguments) {
  const CaseSpace space(attention());
  RandomSource source(1);
  Case a_case = space.at(1, 0);
  EXPECT_THAT([&] { space.sliced(a_case, "E", {0}); },
              ThrowsMessage<UsageError>(
                  HasSubstr("CaseSpace::sliced(\"E\"): unknown free dim 'E'; known: B, T, H, C")));
  EXPECT_THAT(
      [&] {
        space.sliced(a_case, "C", {1, 0});
      },
      ThrowsMessage<UsageError>(HasSubstr(
          "CaseSpace::sliced(\"C\"): kept[1] is 0; indices ascend within 0 <= index < 2")));
  EXPECT_THAT([&] { space.sliced(a_case, "C", {2}); },
              ThrowsMessage<UsageError>(HasSubstr("kept[0] is 2; indices ascend")));
}

}  // namespace
}  // namespace gradgrind
