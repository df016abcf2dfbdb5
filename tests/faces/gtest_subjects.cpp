// Small contracts that gtest_face_test.py runs as a program of its own.
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gradgrind/gradgrind.h"
#include "gradgrind/gtest.h"

namespace gg = gradgrind;

namespace {

at::Tensor halved(const at::Tensor& x) { return x * 0.5; }
at::Tensor centred(const at::Tensor& x) { return x - x.mean(0, /*keepdim=*/true); }
at::Tensor through_float(const at::Tensor& x) { return x.to(at::kFloat) * 2; }

gg::Contract rows(const std::string& name, at::Tensor (*function)(const at::Tensor&)) {
  return gg::function(name, function)
      .dim("B", 1, 4)
      .input("x", gg::floats("B 3"))
      .output("y", gg::floats("B 3"))
      .batch("B");
}

const gg::Contract half =
    rows("Half", halved).only({"stays_finite", "keeps_batch_rows_apart", "a_descent_step_exists"});
GRADGRIND_TEST(half);

const gg::Contract centre =
    rows("Centre", centred).only({"keeps_batch_rows_apart", "stays_finite"});
GRADGRIND_TEST(centre);

const gg::Contract narrow =
    rows("Narrow", through_float).only({"gradients_match_finite_differences"});
GRADGRIND_TEST(narrow);

// Twelve cases fail it, most of them in several elements; one failure is to be seen.
void is_at_most_one(gg::Trial& trial) {
  const at::Tensor y = trial.outputs()[0];
  for (std::int64_t i = 0; i < y.numel(); ++i) {
    EXPECT_LE(y.flatten()[i].item<double>(), 1.0) << "of " << y.numel() << " elements";
  }
}
const gg::Contract own =
    rows("Own", halved).property("is_at_most_one", is_at_most_one).only({"is_at_most_one"});
GRADGRIND_TEST(own);

const gg::Contract impossible =
    gg::function("Impossible", halved).dim("B", 5, 4).input("x", gg::floats("B Q"));
GRADGRIND_TEST(impossible);

const gg::Contract first = rows("Twice", halved).only({"stays_finite"});
const gg::Contract second = rows("Twice", centred).only({"stays_finite"});
GRADGRIND_TEST(first);
GRADGRIND_TEST(second);

TEST(Matcher, PassesWhereAPropertyHolds) { EXPECT_THAT(half, gg::holds("keeps_batch_rows_apart")); }

TEST(Matcher, FailsWithTheReport) { EXPECT_THAT(centre, gg::holds("keeps_batch_rows_apart")); }

TEST(Matcher, PassesNegatedWhereAPropertyFails) {
  EXPECT_THAT(centre, testing::Not(gg::holds("keeps_batch_rows_apart")));
}

TEST(Ordinary, RunsBesideThem) {}

}  // namespace
