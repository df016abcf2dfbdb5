// Plain tensor functions: two that are stable, and the naive forms of the same.
#pragma once

#include <torch/types.h>

namespace examples {

/// log(1 + exp(x)), element by element, finite for every finite x, and so is its gradient.
torch::Tensor stable_softplus(const torch::Tensor& x);

/// BUG: overflows to infinity where exp(x) does, in float32 from 89 on; the gradient is NaN there.
/// Far below zero the result is zero too early: 1 + exp(x) rounds to 1 from -17 on in float32.
torch::Tensor naive_softplus(const torch::Tensor& x);

/// log(sum(exp(x))) over the last dimension: [B, N] to [B].
torch::Tensor stable_log_sum_exp(const torch::Tensor& x);

/// BUG: infinite where one element's exp overflows, minus infinity where all of them underflow.
torch::Tensor naive_log_sum_exp(const torch::Tensor& x);

}  // namespace examples
