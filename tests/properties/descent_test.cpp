// What counts as a step that lowers the loss, where the gradient is meant to be another than the
// slope.
#include <ATen/ops/full.h>
#include <gtest/gtest.h>
#include <torch/nn/module.h>

#include <memory>

#include "gradgrind/properties/module.h"
#include "tests/properties/checking.h"

namespace gradgrind {
namespace {

using at::Tensor;

// 1 where w * x is above 0, and 0 elsewhere; backward takes it for w * x (a straight-through
// estimator).
struct Gate : torch::nn::Module {
  explicit Gate(double direction) : sign(direction) {
    w = register_parameter("w", at::full({1}, 0.5));
  }
  Tensor forward(const Tensor& x) {
    const Tensor soft = w * x;
    return (soft > 0).to(soft.scalar_type()) + sign * (soft - soft.detach());
  }

  double sign;
  Tensor w;
};

// The gate is open: w is 0.5 and x 100. Any step of at least 0.005 closes it, and the loss falls
// by 1.
Verdict judge(double sign) {
  const Contract contract =
      module("Gate", [sign](const Draw&) { return std::make_shared<Gate>(sign); })
          .dim("B", 1, 2)
          .input("x", floats("B"))
          .output("y", floats("B"))
          .target("t", floats("B"))
          .loss([](const Tensor& y, const Tensor& t) { return (y - t).mean(); });
  Case a_case;
  a_case.dim("B", 1).tensor("x", array(DType::float32, {1}, {100}));
  a_case.tensor("t", array(DType::float32, {1}, {0}));
  return replay(contract, "a_descent_step_exists", a_case);
}

// Steps long enough fall by 1, which is less than a slope of 10000 promises for them.
TEST(DescentStep, MayFallByLessThanTheGradientPromises) {
  EXPECT_EQ(judge(1).outcome, Outcome::holds);
}

TEST(DescentStep, IsNoneWhereTheLossStaysAsItIs) { EXPECT_EQ(judge(-1).outcome, Outcome::fails); }

}  // namespace
}  // namespace gradgrind
