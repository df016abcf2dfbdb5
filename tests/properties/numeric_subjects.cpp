// Functions that lose NaN, spread it, overflow at a corner, or compute in a lower precision.
#include <torch/torch.h>

#include "tests/properties/simple_contracts.h"
#include "tests/properties/subjects.h"

namespace gradgrind {
namespace {

using torch::Tensor;

// Finite wherever the inputs are drawn at random: the product overflows at a corner alone.
Tensor grows(const Tensor& a, const Tensor& b) { return (0.06 * (a + b)).exp(); }
Tensor stays(const Tensor& a, const Tensor& b) { return (a + b).tanh(); }

// Where exp() overflows, where() takes x, and hands NaN back: seen in the gradient alone.
Tensor overflows_behind_where(const Tensor& x) {
  return torch::where(x > 500, x, (x / 6).exp().log1p() * 6);
}
Tensor overflows_nowhere(const Tensor& x) {
  return torch::where(x > 500, x, (x.clamp_max(500) / 6).exp().log1p() * 6);
}

// Exactly 0 for every finite neighbour, and NaN for one that is NaN.
Tensor plus_nothing_of_others(const Tensor& x) { return x + 0 * x.sum(0, true); }

// Of NaN and a number the latter.
Tensor relu_by_fmax(const Tensor& x) { return torch::fmax(x, torch::zeros_like(x)); }

Tensor through_float(const Tensor& x) { return (x.to(torch::kFloat) * 2).to(x.scalar_type()); }
Tensor into_float_buffer(const Tensor& x) {
  Tensor result = torch::zeros(x.sizes());
  result.copy_(x);
  return result.to(x.scalar_type());
}

// A fast path of its own for float32, good to three digits.
Tensor fast_in_float(const Tensor& x) {
  return x.scalar_type() == torch::kFloat ? (x * 2).to(torch::kBFloat16).to(torch::kFloat) : x * 2;
}

}  // namespace

std::vector<Subjects> numeric_subjects() {
  const Contract sound = rows("Twice", twice);
  return {
      {"stays_finite_at_the_corners", pairs("Grows", grows), pairs("Stays", stays)},
      {"stays_finite_at_the_corners", rows("OverflowsBehindWhere", overflows_behind_where),
       rows("OverflowsNowhere", overflows_nowhere)},
      {"nan_stays_in_its_row", rows("NothingOfOthers", plus_nothing_of_others), sound},
      {"nan_never_becomes_a_number", rows("ReluByFmax", relu_by_fmax), sound},
      {"keeps_its_precision", rows("ThroughFloat", through_float), sound},
      {"keeps_its_precision", rows("IntoFloatBuffer", into_float_buffer), sound},
      {"float32_is_close_to_float64", rows("FastInFloat", fast_in_float), sound},
  };
}

}  // namespace gradgrind
