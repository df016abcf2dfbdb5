// A gradient that is not the slope is found, and what only looks like one is not.
#include <gmock/gmock.h>
#include <torch/torch.h>

#include <cmath>

#include "gradgrind/properties/check.h"
#include "gradgrind/properties/materialise.h"
#include "gradgrind/properties/module.h"

namespace gradgrind {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

Outcome judge(Tensor (*function)(const Tensor&), const Tensor& x,
              const ValuePolicy& policy = ordinary()) {
  const Contract contract = gradgrind::function("Function", function)
                                .dim("N", 1, 100)
                                .input("x", floats("N", policy))
                                .output("y", floats("N"));
  Case a_case;
  a_case.dim("N", x.size(0)).of_dtype(dtype_of(x.scalar_type())).tensor("x", array_of(x));
  return replay(contract, "gradients_match_finite_differences", a_case).outcome;
}

// relu(x) + x^2 / 4, whose backward is off by `ThousandthsTooMuch`.
template <int ThousandthsTooMuch>
struct Bent : torch::autograd::Function<Bent<ThousandthsTooMuch>> {
  static Tensor forward(AutogradContext* context, const Tensor& x) {
    context->save_for_backward({x});
    return x.relu() + x * x / 4;
  }
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const Tensor x = context->get_saved_variables()[0];
    const Tensor slope = (x > 0).to(x.scalar_type()) + x / 2;
    return {gradients[0] * slope * (1 + 1e-3 * ThousandthsTooMuch)};
  }
};

template <int ThousandthsTooMuch>
Tensor bent(const Tensor& x) {
  return Bent<ThousandthsTooMuch>::apply(x);
}

// Constant, and yet it claims a slope.
struct Flat : torch::autograd::Function<Flat> {
  static Tensor forward(AutogradContext*, const Tensor& x) { return torch::ones_like(x); }
  static variable_list backward(AutogradContext*, variable_list gradients) {
    return {gradients[0] * 1e-3};
  }
};
Tensor flat(const Tensor& x) { return Flat::apply(x); }

// Large values come and go; the slope is 1, and `Flat` adds to it.
Tensor beside_large_values(const Tensor& x) { return (x + 1e4) - 1e4 + Flat::apply(x); }
Tensor sound_beside_large_values(const Tensor& x) { return (x + 1e4) - 1e4; }

Tensor cubic(const Tensor& x) { return x - x.tanh(); }

// Kinks of both signs, all at 0, in one output: along a direction their bends may cancel.
Tensor opposed_kinks(const Tensor& x) {
  const Tensor signs = 1 - 2 * torch::arange(x.size(0), x.options()).remainder(2);
  return (x.relu() * signs).sum() + 0 * x;
}

Tensor refuses_negative_ones(const Tensor& x) {
  TORCH_CHECK((x >= 0).all().item<bool>(), "x must not be negative");
  return x * x + x;
}

TEST(FiniteDifferences, FindASlopeThatIsOffByAThousandth) {
  EXPECT_EQ(judge(bent<1>, torch::tensor({0.5, -2.0, 3.0})), Outcome::fails);
  EXPECT_EQ(judge(bent<0>, torch::tensor({0.5, -2.0, 3.0})), Outcome::holds);
  EXPECT_EQ(judge(bent<0>, torch::zeros({5})), Outcome::holds);
}

TEST(FiniteDifferences, FindASlopeWhereThereIsNone) {
  EXPECT_EQ(judge(flat, torch::zeros({3})), Outcome::fails);
  EXPECT_EQ(judge(flat, torch::tensor({0.5, 700.0})), Outcome::fails);
}

TEST(FiniteDifferences, FindItBesideLargeValues) {
  EXPECT_EQ(judge(beside_large_values, torch::tensor({0.5, -1.0})), Outcome::fails);
  EXPECT_EQ(judge(sound_beside_large_values, torch::tensor({0.5, -1.0})), Outcome::holds);
}

TEST(FiniteDifferences, TakeNoCurvatureForASlope) {
  EXPECT_EQ(judge(cubic, torch::zeros({1})), Outcome::holds);
}

TEST(FiniteDifferences, TakeNoKinkForAWrongSlope) {
  for (const std::int64_t size : {1, 2, 3, 8, 31, 64}) {
    EXPECT_EQ(judge(opposed_kinks, torch::zeros({size})), Outcome::holds) << size;
  }
}

TEST(FiniteDifferences, LeaveNoDomain) {
  EXPECT_EQ(judge(refuses_negative_ones, torch::zeros({2}), between(0, 1)), Outcome::holds);
}

}  // namespace
}  // namespace gradgrind
