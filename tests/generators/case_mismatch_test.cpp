// What CaseSpace::mismatch() says of cases that were written by hand.
#include <gmock/gmock.h>

#include <string>

#include "gradgrind/generators/case_space.h"
#include "tests/generators/signatures.h"

namespace gradgrind {
namespace {

using namespace testing_signatures;

/// B and T, a rate, floats x of "B T", optional ids below 5 of "B", a list of floats "T".
Signature sample() {
  Signature signature;
  signature.dims = {free_dim("B", 1, 4), free_dim("T", 2, 8), derived_dim("E", "2*T"),
                    variadic_dim("batch", 0, 2, 1, 3)};
  signature.relations = {"B <= T"};
  signature.parameters = {{"rate", real(0, 0.5)}};
  signature.inputs = {{"x", floats("B T").with_layouts(all_layouts())},
                      {"ids", ids("B", "T").optional()},
                      {"xs", floats("*batch T").list(0, 2)},
                      {"y", floats("T B").maybe_alias_of("x")},
                      {"z", broadcastable("x")}};
  signature.further_shapes = {"T/2"};
  return signature;
}

/// A case of the sample.
Case legal() {
  Case a_case;
  a_case.dim("B", 2)
      .dim("T", 2)
      .dim("E", 4)
      .variadic("batch", {1})
      .parameter("rate", 0.25)
      .tensor("x", array(DType::float32, {2, 2}, {1, 2, 3, 4}))
      .tensor("ids", array(DType::int64, {2}, {0, 1}))
      .tensor("xs", Array(DType::float32, {1, 2}))
      .tensor("y", Array(DType::float32, {2, 2}))
      .tensor("z", Array(DType::float32, {1}));
  return a_case;
}

class Mismatch : public testing::Test {
 protected:
  /// What is said of case_ once `edit` has been applied to it.
  template <class Edit>
  std::string after(Edit edit) const {
    Case a_case = legal();
    edit(a_case);
    return space_.mismatch(a_case);
  }

  const CaseSpace space_{sample()};
};

TensorValue& tensor_of(Case& a_case, const std::string& input) {
  return a_case.input(input).tensors.front();
}

TEST_F(Mismatch, IsEmptyForALegalCase) {
  EXPECT_EQ(space_.mismatch(legal()), "");
  EXPECT_EQ(after([](Case& c) { c.input("ids").tensors.clear(); }), "");
  EXPECT_EQ(after([](Case& c) { c.input("xs").tensors.clear(); }), "");
}

TEST_F(Mismatch, NamesAWrongShapeWithItsDims) {
  EXPECT_EQ(after([](Case& c) {
              tensor_of(c, "x").values = Array(DType::float32, {2, 3});
            }),
            "input 'x': shape [2, 3] but \"B T\" is [2, 2] with B=2, T=2");
  EXPECT_EQ(after([](Case& c) { tensor_of(c, "xs").values = Array(DType::float32, {2}); }),
            "input 'xs': tensor 0: shape [2] but \"*batch T\" is [1, 2] with batch=[1], T=2");
  EXPECT_EQ(after([](Case& c) { tensor_of(c, "z").values = Array(DType::float32, {3}); }),
            "input 'z': shape [3] does not broadcast to [2, 2], the shape of 'x'");
}

TEST_F(Mismatch, NamesAWrongDim) {
  EXPECT_EQ(after([](Case& c) { c.dim("B", 9); }), "dim 'B' is 9, outside 1 to 4");
  EXPECT_EQ(after([](Case& c) { c.dim("E", 5); }), "dim 'E' is 5 but \"2*T\" is 4 with T=2");
  EXPECT_EQ(after([](Case& c) { c.dims.sizes.erase("T"); }),
            "dim 'T' has no size; give it with dim(\"T\", ...)");
  EXPECT_EQ(after([](Case& c) { c.dim("Q", 1); }), "unknown dim 'Q'; known: B, T, E");
  EXPECT_EQ(after([](Case& c) { c.dim("T", 3).dim("E", 6); }), "\"T/2\" does not divide with T=3");
  EXPECT_EQ(after([](Case& c) { c.dim("B", 4); }),
            "a relation is broken (B <= T) with B=4, T=2, E=4");
}

TEST_F(Mismatch, NamesAWrongVariadicDim) {
  EXPECT_EQ(after([](Case& c) {
              c.variadic("batch", {1, 1, 1});
            }),
            "variadic dim 'batch' is [1, 1, 1], 3 dims, outside 0 to 2 dims");
  EXPECT_EQ(after([](Case& c) { c.variadic("batch", {7}); }),
            "variadic dim 'batch' is [7], with the size 7 outside 1 to 3");
  EXPECT_EQ(after([](Case& c) { c.dims.variadic.clear(); }),
            "variadic dim 'batch' has no sizes; give them with variadic(\"batch\", ...)");
  EXPECT_EQ(after([](Case& c) { c.variadic("more", {}); }),
            "unknown variadic dim 'more'; known: batch");
}

TEST_F(Mismatch, NamesAWrongParameter) {
  EXPECT_EQ(after([](Case& c) { c.parameter("rate", 0.75); }),
            "parameter 'rate' is 0.75, which is no value of 0 to 0.5");
  EXPECT_EQ(after([](Case& c) { c.parameters.clear(); }),
            "parameter 'rate' has no value; give it with parameter(\"rate\", ...)");
  EXPECT_EQ(after([](Case& c) { c.parameter("heads", true); }),
            "unknown parameter 'heads'; known: rate");
}

TEST_F(Mismatch, NamesAWrongDtypePolicyOrDevice) {
  EXPECT_EQ(after([](Case& c) { c.of_dtype(DType::float16); }),
            "the shared dtype is float16, which is none of float32, float64; give one with "
            "of_dtype()");
  EXPECT_EQ(after([](Case& c) { c.of_dtype(DType::float64); }),
            "input 'x': dtype float32 but the case's shared dtype is float64");
  EXPECT_EQ(after([](Case& c) { tensor_of(c, "ids").values = Array(DType::int32, {2}); }),
            "input 'ids': dtype int32, which is none of int64");
  EXPECT_EQ(after([](Case& c) { c.weights_from(0, WeightPolicy::as_given); }),
            "the weights are as_given, which is none of fresh, noisy; give them with "
            "weights_from()");
  EXPECT_EQ(after([](Case& c) { tensor_of(c, "x").device = Device::cuda; }),
            "input 'x': device cuda, which is none of cpu");
}

TEST_F(Mismatch, NamesAMissingOrSurplusInput) {
  EXPECT_EQ(after([](Case& c) { c.inputs.erase(c.inputs.begin()); }),
            "input 'x' is missing; give it with tensor(\"x\", ...) or absent(\"x\")");
  EXPECT_EQ(after([](Case& c) { c.absent("label"); }),
            "unknown input 'label'; known: x, ids, xs, y, z");
  EXPECT_EQ(after([](Case& c) { c.inputs.push_back(c.inputs.front()); }),
            "input 'x' stands there twice; give all of its tensors in one entry");
  EXPECT_EQ(after([](Case& c) { std::swap(c.inputs[0], c.inputs[1]); }),
            "the inputs are in the order ids, x, xs, y, z; give them in that of their "
            "declaration: x, ids, xs, y, z");
}

TEST_F(Mismatch, NamesAWrongNumberOfTensors) {
  EXPECT_EQ(after([](Case& c) { c.input("x").tensors.clear(); }),
            "input 'x': it is absent but not optional");
  EXPECT_EQ(after([](Case& c) {
              c.tensor("x", Array(DType::float32, {2, 2}));
            }),
            "input 'x': 2 tensors where one is expected");
  EXPECT_EQ(after([](Case& c) { c.input("xs").tensors.resize(3); }),
            "input 'xs': a list of 3 tensors, outside 0 to 2");
}

TEST_F(Mismatch, NamesAValueOutsideItsDomain) {
  EXPECT_EQ(after([](Case& c) { tensor_of(c, "ids").values.set(1, std::int64_t{9}); }),
            "input 'ids': element [1] is 9, which is none of \"ids below T\" with T=2; 1 would be");
}

TEST_F(Mismatch, NamesAWrongLayout) {
  EXPECT_EQ(after([](Case& c) {
              tensor_of(c, "z").layout = make_layout(LayoutKind::offset, {1}, 0);
            }).substr(0, 24),
            "input 'z': layout offset");
  Layout layout;
  layout.kind = LayoutKind::permuted;
  layout.order = {1, 1};
  EXPECT_EQ(after([&](Case& c) { tensor_of(c, "x").layout = layout; }),
            "input 'x': layout permuted (1, 1) does not describe the 2 dims of shape [2, 2]");
  layout = {};
  layout.kind = LayoutKind::strided;
  layout.step = {0, 1};
  EXPECT_EQ(after([&](Case& c) { tensor_of(c, "x").layout = layout; }),
            "input 'x': layout strided step (0, 1): steps are at least 1 and starts at least 0");
  layout = {};
  layout.kind = LayoutKind::expanded;
  layout.expanded = {true, false};
  EXPECT_EQ(after([&](Case& c) { tensor_of(c, "x").layout = layout; }),
            "input 'x': element [1, 0] is 3, but slices along an expanded dim are one memory "
            "(layout expanded dims (0))");
}

TEST_F(Mismatch, NamesAWrongAlias) {
  Layout layout;
  layout.kind = LayoutKind::alias;
  layout.alias_of = "x";
  EXPECT_EQ(after([&](Case& c) { tensor_of(c, "y").layout = layout; }),
            "input 'y': it is an alias of 'x' but its values differ, first at [0, 0]");
  EXPECT_EQ(after([&](Case& c) {
              tensor_of(c, "y").layout = layout;
              c.tensor("x", Array());
            }),
            "input 'x': 2 tensors where one is expected");
  layout.alias_of = "z";
  EXPECT_EQ(after([&](Case& c) { tensor_of(c, "y").layout = layout; }),
            "input 'y': layout alias of z; an alias of this input has kind alias and partner 'x'");
}

}  // namespace
}  // namespace gradgrind
