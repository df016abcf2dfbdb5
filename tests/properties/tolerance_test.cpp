// "Equal up to rounding" excuses rounding, and nothing else.
#include <gmock/gmock.h>
#include <torch/torch.h>

#include <cmath>
#include <limits>

#include "gradgrind/properties/materialise.h"
#include "gradgrind/properties/module.h"
#include "properties/tolerance.h"
#include "tests/properties/checking.h"

namespace gradgrind {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using torch::Tensor;

using Result = std::function<Tensor(const Tensor& x)>;

struct Judged {
  Verdict verdict;
  int runs = 0;  // 1: the bound decided; 2: the ladder did
};

// Whether two functions of `x` agree for a case of x's dtype.
Judged judge(const Tensor& x, const Result& expected, const Result& actual) {
  int runs = 0;
  const auto outputs = [](const Tensor& tensor) { return flatten_result(tensor); };
  const Contract contract =
      function("Identity", [](const Tensor& input) { return input; })
          .dim("N", 1, 100000)
          .input("x", floats("N", special()))
          .property("agrees", [&](Trial& trial) {
            Comparison comparison;
            comparison.expected_when = "in one way";
            comparison.actual_when = "in another";
            comparison.in = [&](DType dtype) {
              ++runs;
              const Tensor input = converted(trial.inputs(), dtype)["x"];
              return std::pair(outputs(expected(input)), outputs(actual(input)));
            };
            return agree(trial, comparison);
          });
  Case a_case;
  a_case.dim("N", x.size(0)).of_dtype(dtype_of(x.scalar_type())).tensor("x", array_of(x));
  const Verdict verdict = replay(contract, "agrees", a_case);
  return {verdict, runs};
}

Tensor filled(double value, torch::ScalarType dtype = torch::kFloat) {
  return torch::full({4}, value, dtype);
}

Tensor itself(const Tensor& x) { return x; }
Result plus(double summand) {
  return [summand](const Tensor& x) { return x + summand; };
}
Result times(double factor) {
  return [factor](const Tensor& x) { return x * factor; };
}

TEST(RoundingBound, IsTheRearrangedSumOfItsLength) {
  EXPECT_DOUBLE_EQ(rounding_bound(16, std::ldexp(1, -24), 2), 16 * std::ldexp(1, -24) * 2);
  EXPECT_DOUBLE_EQ(rounding_bound(100, std::ldexp(1, -53), 1), 28 * std::ldexp(1, -53));
  EXPECT_EQ(unit_roundoff(DType::float32), std::ldexp(1, -24));
  EXPECT_EQ(unit_roundoff(DType::float64), std::ldexp(1, -53));
}

TEST(Agree, HoldsForTheSameBits) {
  const Judged judged = judge(filled(1.5), itself, itself);
  EXPECT_EQ(judged.verdict.outcome, Outcome::holds);
  EXPECT_EQ(judged.runs, 1);
}

TEST(Agree, HoldsWithinTheBoundWithoutAskingFurther) {
  // 7 units in the last place of 1, and the bound is 16 halves of one.
  const Judged judged = judge(filled(1), itself, plus(7 * std::ldexp(1, -23)));
  EXPECT_EQ(judged.verdict.outcome, Outcome::holds);
  EXPECT_EQ(judged.runs, 1);
}

// One after the other, as no operator of LibTorch adds up float32.
Tensor summed(const Tensor& values) {
  Tensor total = torch::zeros({1}, values.options());
  for (std::int64_t i = 0; i < values.size(0); ++i) total = total + values.slice(0, i, i + 1);
  return total;
}

TEST(Agree, ExcusesASumInAnotherOrder) {
  torch::manual_seed(1);
  const Tensor drawn = torch::randn({2000});
  // The sum cancels, so that its own magnitude says nothing of the rounding on the way.
  const Tensor x = drawn - drawn.mean();
  const Judged judged =
      judge(x, summed, [](const Tensor& values) { return summed(values.flip(0)); });
  EXPECT_EQ(judged.verdict.outcome, Outcome::holds) << judged.verdict.evidence.worst << "\n"
                                                    << judged.verdict.evidence.bound;
  EXPECT_GT(judged.runs, 1) << "the bound alone excused it";
}

TEST(Agree, CatchesADefectOfAMillionthInFloat32) {
  // Near the top of its octave, where a millionth is most units in the last place.
  const Judged judged = judge(filled(1.9), itself, plus(1.9e-6));
  EXPECT_EQ(judged.verdict.outcome, Outcome::fails);
  EXPECT_EQ(judged.verdict.evidence.kind, "differs");
  EXPECT_THAT(judged.verdict.evidence.bound, HasSubstr("in float64"));
  EXPECT_THAT(judged.verdict.evidence.worst,
              AllOf(HasSubstr("in one way"), HasSubstr("in another")));
}

TEST(Agree, CatchesADefectOfATrillionthInFloat64) {
  EXPECT_EQ(judge(filled(1, torch::kDouble), itself, times(1 + 1e-12)).verdict.outcome,
            Outcome::fails);
}

TEST(Agree, DoesNotExcuseAHiddenDowncast) {
  const auto through_half = [](const Tensor& x) { return x.to(torch::kHalf).to(x.scalar_type()); };
  EXPECT_EQ(judge(filled(1.1), itself, through_half).verdict.outcome, Outcome::fails);
  const auto through_float = [](const Tensor& x) {
    return x.to(torch::kFloat).to(x.scalar_type());
  };
  EXPECT_EQ(judge(filled(1.1, torch::kDouble), itself, through_float).verdict.outcome,
            Outcome::fails);
}

TEST(Agree, DoesNotExcuseWhatIsTooLargeToBeRounding) {
  // Gone in float64, as rounding would be, and yet a tenth.
  const auto coarse = [](const Tensor& x) {
    return x.scalar_type() == torch::kDouble ? x : x + 0.1;
  };
  const Judged judged = judge(filled(1), itself, coarse);
  EXPECT_EQ(judged.verdict.outcome, Outcome::fails);
  EXPECT_THAT(judged.verdict.evidence.bound, HasSubstr("too large to be rounding"));
}

TEST(Agree, ExcusesWhatALargeIntermediateLeavesBehind) {
  // 1.3 loses about 1e-3 beside 30000: 64 times the bound of the output alone is 8e-5.
  const Judged judged =
      judge(filled(1.3), itself, [](const Tensor& x) { return (x + 30000) - 30000; });
  EXPECT_EQ(judged.verdict.outcome, Outcome::holds);
  EXPECT_GT(judged.runs, 2);  // the bound, the twin, and a look at the operators
}

// In float32 the summand is 1.25, and nothing is lost: the ratio alone would call it a defect.
TEST(Agree, ExcusesInFloat64WhatFloat32HoldsByChance) {
  const Judged judged = judge(filled(1.25 + 1e-9, torch::kDouble), itself,
                              [](const Tensor& x) { return (x + 30000) - 30000; });
  EXPECT_EQ(judged.verdict.outcome, Outcome::holds) << judged.verdict.evidence.bound;
  EXPECT_GT(judged.runs, 1) << "the bound of the output alone excused it";
}

// 1 + erf(-4.95) is 0 in float32 and keeps six digits in float64: float32 loses no more than the
// value, 9e-12, so that the ratio alone would call it a defect.
TEST(Agree, ExcusesInFloat32WhatCancelsToNothing) {
  const auto of_complement = [](const Tensor& x) { return x * (x / -std::sqrt(2.0)).erfc() / 2; };
  const auto of_sum = [](const Tensor& x) { return x * (1 + (x / std::sqrt(2.0)).erf()) / 2; };
  const Judged judged = judge(filled(-7), of_complement, of_sum);
  EXPECT_EQ(judged.verdict.outcome, Outcome::holds) << judged.verdict.evidence.bound;
}

// Float32 loses 1e-3 beside 30000, and float64 5e-11: what is left there, a millionth, is no
// rounding.
TEST(Agree, CatchesADefectBesideALargeIntermediateInFloat32) {
  const auto large = [](const Tensor& x) { return (x + 30000) - 30000 + 1e-6; };
  EXPECT_EQ(judge(filled(1.3), itself, large).verdict.outcome, Outcome::fails);
}

// 16 units of a billion are 1.8e-6; ten times that no rounding of float64 leaves behind.
TEST(Agree, CatchesADefectBesideALargeIntermediateInFloat64) {
  const auto large = [](double summand) {
    return [summand](const Tensor& x) { return (x + 1e9) - 1e9 + summand; };
  };
  EXPECT_EQ(judge(filled(1.25, torch::kDouble), large(0), large(2e-5)).verdict.outcome,
            Outcome::fails);
}

TEST(Agree, DemandsThatIntegersAgree) {
  const auto ones = [](const Tensor& x) { return torch::ones_like(x, torch::kLong); };
  const auto twos = [&](const Tensor& x) { return ones(x) * 2; };
  const Judged judged = judge(filled(1), ones, twos);
  EXPECT_EQ(judged.verdict.outcome, Outcome::fails);
  EXPECT_EQ(judged.verdict.evidence.bound, "integers must agree exactly");
}

TEST(Agree, ExcusesIntegersThatRoundingDecided) {
  const auto ones = [](const Tensor& x) { return torch::ones_like(x, torch::kLong); };
  const auto ones_in_float64 = [](const Tensor& x) { return (x + 1e-9 > x).to(torch::kLong); };
  EXPECT_EQ(judge(filled(1), ones, ones_in_float64).verdict.outcome, Outcome::holds);
}

TEST(Agree, ComparesShapesAndDtypesFirst) {
  const Judged shorter = judge(filled(1), itself, [](const Tensor& x) { return x.slice(0, 1); });
  EXPECT_EQ(shorter.verdict.evidence.kind, "wrong shape");
  EXPECT_THAT(shorter.verdict.evidence.message, AllOf(HasSubstr("[3]"), HasSubstr("[4]")));
  const Judged wider =
      judge(filled(1), itself, [](const Tensor& x) { return x.to(torch::kDouble); });
  EXPECT_EQ(wider.verdict.outcome, Outcome::fails);
}

TEST(Agree, TakesNanForNanAndForNothingElse) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(judge(filled(nan), itself, itself).verdict.outcome, Outcome::holds);
  EXPECT_EQ(judge(filled(1), itself, times(nan)).verdict.outcome, Outcome::fails);
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(judge(filled(infinity), itself, itself).verdict.outcome, Outcome::holds);
  EXPECT_EQ(judge(filled(infinity), itself, times(-1)).verdict.outcome, Outcome::fails);
}

TEST(Agree, LeavesUndecidedWhatHasNoTwin) {
  const auto only_float = [](double summand) {
    return [summand](const Tensor& x) {
      TORCH_CHECK(x.scalar_type() == torch::kFloat, "float only");
      return x + summand;
    };
  };
  const Judged slight = judge(filled(1), only_float(0), only_float(1e-5));
  EXPECT_EQ(slight.verdict.outcome, Outcome::discarded);
  EXPECT_EQ(slight.verdict.reason, "undecided: no float64 twin runs");
  EXPECT_EQ(judge(filled(1), only_float(0), only_float(0.1)).verdict.outcome, Outcome::fails);
}

}  // namespace
}  // namespace gradgrind
