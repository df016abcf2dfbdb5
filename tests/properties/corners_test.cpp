// What the search at the corners of domains finds, and nothing else does.
#include <gmock/gmock.h>
#include <torch/torch.h>

#include "tests/properties/checking.h"
#include "tests/properties/simple_contracts.h"

namespace gradgrind {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using torch::Tensor;

constexpr char kCorners[] = "stays_finite_at_the_corners";

PropertyResult judged(const Contract& contract, const std::string& property = kCorners) {
  const FileFolder folder;
  return check_one(contract, property, in_process(folder));
}

Outcome outcome_of(const Contract& contract, const std::string& property = kCorners) {
  return judged(contract, property).outcome;
}

// -- Gradients ------------------------------------------------------------------------------------

// Where exp() overflows, where() takes x, and hands NaN back.
Tensor overflows_behind_where(const Tensor& x) {
  return torch::where(x > 500, x, (x / 6).exp().log1p() * 6);
}
Tensor overflows_nowhere(const Tensor& x) {
  return torch::where(x > 500, x, (x.clamp_max(500) / 6).exp().log1p() * 6);
}

TEST(Corners, ShowAGradientThatIsNaNWhereTheOutputIsFinite) {
  const Contract faulty = rows("OverflowsBehindWhere", overflows_behind_where);
  const PropertyResult result = judged(faulty);
  ASSERT_EQ(result.outcome, Outcome::fails);
  ASSERT_EQ(result.findings.size(), 1U);
  EXPECT_EQ(result.findings[0].identity.kind, "not finite");
  EXPECT_EQ(result.findings[0].identity.output, "x");
  EXPECT_EQ(result.findings[0].evidence.message,
            "the gradient of x is not finite for members of the domains that lie at a corner, "
            "although every output is");
  EXPECT_THAT(result.findings[0].evidence.worst, StartsWith("d/d x[0, 0] is nan for\nx: "));
  EXPECT_EQ(outcome_of(faulty, "stays_finite"), Outcome::holds);
  EXPECT_EQ(outcome_of(faulty, "gradients_are_finite"), Outcome::holds);
  EXPECT_EQ(outcome_of(rows("OverflowsNowhere", overflows_nowhere)), Outcome::holds);
}

TEST(Corners, AskForNoGradientsWhereThereAreNone) {
  const Contract contract = rows("OverflowsBehindWhere", overflows_behind_where);
  EXPECT_EQ(outcome_of(contract.not_differentiable("for this test")), Outcome::holds);
}

// -- Masks, lengths and ids -----------------------------------------------------------------------

using Masked = Tensor (*)(const Tensor&, const Tensor&);

Contract masked(const std::string& name, Masked function, const Domain& mask) {
  return gradgrind::function(name, function)
      .dim("B", 4, 6)
      .dim("T", 4, 6)
      .input("x", floats("B T"))
      .input("mask", mask)
      .output("y", floats("B T"))
      .batch("B")
      .sequence("T");
}

Tensor over_hidden(const Tensor& x, const Tensor& mask) {
  return x / mask.sum().to(x.scalar_type());
}
Tensor over_visible(const Tensor& x, const Tensor& mask) {
  return x / mask.logical_not().sum().to(x.scalar_type());
}
Tensor over_either(const Tensor& x, const Tensor& mask) {
  return x / mask.sum().clamp_min(1).to(x.scalar_type());
}
TEST(Corners, LieAtEmptyMasks) {
  const PropertyResult result =
      judged(masked("OverHidden", over_hidden, mask("B T", marks_padding).of("x")));
  ASSERT_EQ(result.outcome, Outcome::fails);
  EXPECT_EQ(result.findings[0].evidence.message,
            "y is not finite for members of the domains that lie at a corner");
  EXPECT_THAT(result.findings[0].evidence.worst,
              HasSubstr("\nmask: bool [4, 4] contiguous: all false"));
}

TEST(Corners, LieAtFullMasksWhereTheDomainHasThem) {
  const PropertyResult result = judged(
      masked("OverVisible", over_visible, padding_mask_or_empty("B T", marks_padding).of("x")));
  ASSERT_EQ(result.outcome, Outcome::fails);
  EXPECT_THAT(result.findings[0].evidence.worst,
              HasSubstr("\nmask: bool [4, 4] contiguous: all true"));
  // A padding mask leaves something of every row, unless it is declared otherwise.
  EXPECT_EQ(
      outcome_of(masked("OverVisible", over_visible, padding_mask("B T", marks_padding).of("x"))),
      Outcome::holds);
}

TEST(Corners, AreNoneInASoundSubject) {
  EXPECT_EQ(outcome_of(masked("OverEither", over_either,
                              padding_mask_or_empty("B T", marks_padding).of("x"))),
            Outcome::holds);
}

Contract of_lengths(const std::string& name, Masked function) {
  return gradgrind::function(name, function)
      .dim("B", 4, 6)
      .dim("T", 9, 12)
      .input("x", floats("B T"))
      .input("n", lengths("B", "T").of("x"))
      .output("y", floats("B T"))
      .batch("B")
      .sequence("T");
}

Tensor over_padding(const Tensor& x, const Tensor& n) {
  return x / (x.numel() - n.sum()).to(x.scalar_type());
}
Tensor over_padding_or_one(const Tensor& x, const Tensor& n) {
  return x / (x.numel() - n.sum()).clamp_min(1).to(x.scalar_type());
}

TEST(Corners, LieAtFullLengths) {
  const PropertyResult result = judged(of_lengths("OverPadding", over_padding));
  ASSERT_EQ(result.outcome, Outcome::fails);
  EXPECT_THAT(result.findings[0].evidence.worst, HasSubstr("\nn: int64 [4] contiguous: all 9"));
  EXPECT_EQ(outcome_of(of_lengths("OverPaddingOrOne", over_padding_or_one)), Outcome::holds);
}

Tensor spread(const Tensor& ids) { return 1 / (ids.max() - ids.min()).to(torch::kFloat); }
Tensor spread_or_one(const Tensor& ids) {
  return 1 / (ids.max() - ids.min()).clamp_min(1).to(torch::kFloat);
}

Contract of_ids(const std::string& name, Tensor (*function)(const Tensor&)) {
  return gradgrind::function(name, function)
      .dim("N", 6, 8)
      .dim("V", 50, 60)
      .input("ids", ids("N", "V"))
      .output("y", floats(""));
}

TEST(Corners, LieAtIdsThatAreAllTheSame) {
  EXPECT_EQ(outcome_of(of_ids("Spread", spread)), Outcome::fails);
  EXPECT_EQ(outcome_of(of_ids("SpreadOrOne", spread_or_one)), Outcome::holds);
}

}  // namespace
}  // namespace gradgrind
