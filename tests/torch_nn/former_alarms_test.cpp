// What Gradgrind once reported of correct modules and functions, each at its smallest case.
#include <gmock/gmock.h>
#include <torch/torch.h>

#include <algorithm>
#include <string>

#include "gradgrind/gradgrind.h"
#include "tests/torch_nn/contracts/contracts.h"
#include "tests/torch_nn/functions/functions.h"

namespace gg = gradgrind;

namespace torch_nn {
namespace {

using torch::Tensor;

gg::Verdict judge(const std::string& name, const std::string& property, const gg::Case& a_case) {
  for (const auto& all : {contracts(), torch_functions::functions()}) {
    for (const gg::Contract& contract : all) {
      if (contract.name() == name) return gg::replay(contract, property, a_case);
    }
  }
  throw gg::UsageError("no contract " + name);
}

constexpr char kSlopes[] = "gradients_match_finite_differences";

gg::Case pair_of_zeros() {
  gg::Case a_case;
  a_case.dim("B", 2).variadic("S", {});
  a_case.tensor("x", gg::Array(gg::DType::float32, {2}));
  return a_case;
}

// A leaf that asks for gradients, and memory that elements share, may not be written to.
TEST(FormerAlarm, InPlaceModulesMayWrite) {
  for (const char* property : {"grad_mode_changes_nothing", "same_for_every_layout",
                               "keeps_row_gradients_apart", "gradients_are_finite", kSlopes}) {
    EXPECT_EQ(judge("ReLUInPlace", property, pair_of_zeros()).outcome, gg::Outcome::holds)
        << property;
  }
}

// x - tanh(x) has no slope at 0, and differences see its third derivative.
TEST(FormerAlarm, CurvatureIsNoSlope) {
  EXPECT_EQ(judge("Tanhshrink", kSlopes, pair_of_zeros()).outcome, gg::Outcome::holds);
}

// A single feature is its own mean: what is left is rounding, 316 times as large.
TEST(FormerAlarm, RoundingThatANormalisationMagnifiesIsNoSlope) {
  gg::Case a_case;
  a_case.dim("B", 1).dim("D", 1).variadic("S", {});
  a_case.tensor("x", gg::Array(gg::DType::float32, {1, 1}));
  EXPECT_EQ(judge("LayerNorm", kSlopes, a_case).outcome, gg::Outcome::holds);
}

TEST(FormerAlarm, RoundingThatGrowsWithTheInputIsNoSlope) {
  gg::Case a_case;
  a_case.dim("B", 1).dim("D", 1).variadic("S", {});
  a_case.tensor("x", gg::array(gg::DType::float32, {1, 1}, {105}));
  EXPECT_EQ(judge("LayerNorm", kSlopes, a_case).outcome, gg::Outcome::holds);
}

TEST(FormerAlarm, InstancesHaveNoBatchStatistics) {
  gg::Case a_case;
  a_case.dim("B", 2).dim("C", 1).dim("H", 2).dim("W", 2);
  a_case.tensor("x", gg::Array(gg::DType::float32, {2, 1, 2, 2}));
  EXPECT_EQ(judge("InstanceNorm2dTracked", "uses_batch_statistics_in_training", a_case).outcome,
            gg::Outcome::not_applicable);
}

TEST(FormerAlarm, ThePaddingRowOfAnEmbeddingHasNoGradient) {
  gg::Case a_case;
  a_case.dim("B", 1).dim("T", 1).dim("V", 2).dim("E", 1);
  a_case.tensor("ids", gg::Array(gg::DType::int64, {1, 1}));
  EXPECT_EQ(judge("EmbeddingPadded", kSlopes, a_case).outcome, gg::Outcome::holds);
}

TEST(FormerAlarm, OutputsOfOrdinaryValuesMayBeLarge) {
  gg::Case a_case;
  a_case.dim("B", 1).dim("D", 1);
  a_case.tensor("x", gg::Array(gg::DType::float32, {1, 1}));
  a_case.tensor("target", gg::array(gg::DType::float32, {1, 1}, {32}));
  EXPECT_FALSE(judge("MSELoss", "outputs_stay_in_range", a_case).is_failure());
}

// The first step that rounding lets be seen would have to be longer than the one that fits.
TEST(FormerAlarm, AStepTooShortToBeSeenRefutesNothing) {
  gg::Case a_case;
  a_case.dim("B", 1).dim("D", 16);
  gg::Array x(gg::DType::float32, {1, 16});
  x.as<float>()[10] = -188;
  a_case.tensor("x", x).tensor("label", gg::array(gg::DType::int64, {1}, {1}));
  a_case.weights_from(3, gg::WeightPolicy::noisy);
  const gg::Verdict verdict = judge("AdaptiveLogSoftmaxWithLoss", "a_descent_step_exists", a_case);
  EXPECT_EQ(verdict.outcome, gg::Outcome::discarded);
  EXPECT_EQ(verdict.reason, "no step is short enough for the slope and long enough to be seen");
}

// Outputs of 800 cannot move by the 1e-16 that a loss of 1e-15 asks for: that is no slope of 0.
TEST(FormerAlarm, AStepThatIsRoundedAwayRefutesNothing) {
  gg::Case a_case;
  a_case.dim("B", 1).dim("D", 16);
  a_case.tensor("x", gg::array(gg::DType::float32, {1, 16},
                               {15, 3, 0, 0, 0, 0, 0, 0, 0, -452, -412, 0, 828, -197, 0, 0}));
  a_case.tensor("label", gg::array(gg::DType::int64, {1}, {1}));
  a_case.weights_from(3, gg::WeightPolicy::noisy);
  EXPECT_EQ(judge("AdaptiveLogSoftmaxWithLoss", "a_descent_step_exists", a_case).outcome,
            gg::Outcome::discarded);
}

// Four draws in a row were constant, which a softmax tells from no other.
TEST(FormerAlarm, InputsThatAreConstantSayNothingOfASize) {
  gg::Case a_case;
  a_case.dim("B", 2).dim("C", 2).dim("H", 2).dim("W", 2);
  a_case.tensor("x", gg::Array(gg::DType::float32, {2, 2, 2, 2}));
  a_case.weights_from(0, gg::WeightPolicy::noisy).seeded(13319314251879429570u);
  EXPECT_EQ(judge("Softmax2d", "no_size_makes_it_constant", a_case).outcome, gg::Outcome::holds);
}

// 1 + erf(-4.95) is 0 in float32: all of 9e-12 is lost there, and its sixth digit in float64.
TEST(FormerAlarm, GeluMayCancelToNothing) {
  gg::Case a_case;
  a_case.dim("B", 1).variadic("S", {});
  a_case.tensor("x", gg::array(gg::DType::float32, {1}, {-7}));
  EXPECT_EQ(judge("GELU", "equals_the_reference", a_case).outcome, gg::Outcome::holds);
}

// Rows are sorted into clusters by content, so that the matrices of a cluster change their height.
// OpenBLAS adds up in another order then.
TEST(FormerAlarm, RowsThatAreSortedByContentAgreeUpToRounding) {
  gg::Case a_case;
  a_case.dim("B", 2).dim("D", 16);
  gg::Array x(gg::DType::float32, {2, 16});
  x.as<float>()[5] = 2;
  x.as<float>()[6] = 7;
  x.as<float>()[8] = -1;
  a_case.tensor("x", x).tensor("label", gg::array(gg::DType::int64, {2}, {5, 5}));
  a_case.weights_from(3, gg::WeightPolicy::fresh);
  EXPECT_EQ(judge("AdaptiveLogSoftmaxWithLoss", "keeps_batch_rows_apart", a_case).outcome,
            gg::Outcome::holds);
}

// Its forward asks for the size of the batch.
TEST(FormerAlarm, ForwardsAreToldTheBatchTheyGet) {
  gg::Case a_case;
  a_case.dim("B", 2).dim("T", 4).dim("S", 1).dim("V", 2);
  a_case.tensor("x", gg::Array(gg::DType::float32, {4, 2, 3}));
  a_case.tensor("text", gg::Array(gg::DType::int64, {2, 1}));
  for (const char* property :
       {"splits_into_smaller_batches", "single_rows_match_the_batch", "duplicate_rows_agree"}) {
    EXPECT_EQ(judge("CTCLoss", property, a_case).outcome, gg::Outcome::holds) << property;
  }
}

// A causal mask has one value for each size: there is nothing else to draw.
TEST(FormerAlarm, AnInputThatCannotBeRedrawnIsNotIgnored) {
  const auto masked_sum = gg::function("MaskedSum",
                                       [](const at::Tensor& x, const at::Tensor& hidden) {
                                         return x.unsqueeze(-2).masked_fill(hidden, 0).sum(-1);
                                       })
                              .dim("B", 1, 3)
                              .dim("T", 1, 4)
                              .input("x", gg::floats("B T"))
                              .input("hidden", gg::causal_mask("T T", gg::marks_padding))
                              .output("y", gg::floats("B T"));
  gg::Case a_case;
  a_case.dim("B", 1).dim("T", 2);
  a_case.tensor("x", gg::array(gg::DType::float32, {1, 2}, {1, 2}));
  a_case.tensor("hidden", gg::array(gg::DType::boolean, {2, 2}, {0, 1, 0, 0}));
  EXPECT_EQ(gg::replay(masked_sum, "depends_on_every_input", a_case).outcome, gg::Outcome::holds);
}

gg::Case single(double x) {
  gg::Case a_case;
  a_case.dim("B", 1).variadic("S", {});
  a_case.tensor("x", gg::array(gg::DType::float32, {1}, {x}));
  return a_case;
}

// The 1 that GELU cancels inside its kernel is larger than anything that an operator gives back.
TEST(FormerAlarm, AFusedOperatorDoesNotShowWhatItCancels) {
  EXPECT_EQ(judge("GELU", "float32_is_close_to_float64", single(-4)).outcome, gg::Outcome::holds);
}

TEST(FormerAlarm, BelowTheNormalNumbersRoundingIsAbsolute) {
  EXPECT_EQ(judge("log_sigmoid", "float32_is_close_to_float64", single(98)).outcome,
            gg::Outcome::holds);
}

TEST(FormerAlarm, SomeOperatorsAreThereToPassNaNBy) {
  EXPECT_EQ(judge("nan_to_num", "nan_never_becomes_a_number", single(0)).outcome,
            gg::Outcome::not_applicable);
}

gg::Case matrix(std::int64_t size, const std::vector<double>& elements) {
  gg::Case a_case;
  a_case.dim("B", 1).dim("N", size);
  gg::Array x(gg::DType::float32, {1, size, size});
  for (std::int64_t i = 0; i < x.numel(); ++i) x.set(i, elements.at(static_cast<std::size_t>(i)));
  a_case.tensor("x", x);
  return a_case;
}

// Expanded along an axis, a matrix has equal rows and no inverse.
TEST(FormerAlarm, ALayoutThatTheDomainLacksIsNotTried) {
  EXPECT_EQ(judge("inv", "same_for_every_layout", matrix(2, {4, 0, 0, 8})).outcome,
            gg::Outcome::holds);
}

// For a gradient LAPACK computes the vectors too, by another routine.
TEST(FormerAlarm, AGradientThatIsWantedMayChangeTheRounding) {
  EXPECT_EQ(judge("svdvals", "grad_mode_changes_nothing", matrix(3, {6, 1, 0, 0, 12, 0, 0, 0, 18}))
                .outcome,
            gg::Outcome::holds);
}

// Linear, then batch norm: the bias of the first is taken away again, in many a sound net.
struct BiasedNet : torch::nn::Module {
  Tensor forward(const Tensor& x) { return head(torch::tanh(norm(linear(x)))); }
  torch::nn::Linear linear = register_module("linear", torch::nn::Linear(2, 3));
  torch::nn::BatchNorm1d norm = register_module("norm", torch::nn::BatchNorm1d(3));
  torch::nn::Linear head = register_module("head", torch::nn::Linear(3, 2));
};

TEST(FormerAlarm, ABiasBeforeABatchNormIsNoFault) {
  const auto net =
      gg::module("BiasedNet", [](const gg::Draw&) { return std::make_shared<BiasedNet>(); })
          .dim("B", 2, 4)
          .input("x", gg::floats("B 2"))
          .output("y", gg::floats("B 2"))
          .batch("B");
  gg::Case a_case;
  a_case.dim("B", 3);
  a_case.tensor("x", gg::array(gg::DType::float32, {3, 2}, {1, 2, -1, 0.5, 0.25, -2}));
  a_case.weights_from(3, gg::WeightPolicy::noisy);
  const gg::Verdict verdict = gg::replay(net, "no_gradient_cancels_in_training", a_case);
  EXPECT_EQ(verdict.outcome, gg::Outcome::holds) << verdict.reason << verdict.evidence.message;
}

}  // namespace
}  // namespace torch_nn
