// Masked functions, of ordinary quality but for one bug each. They know LibTorch alone: whatever
// drives them, a contract or a harness written by hand, drives the same code.
#pragma once

#include <ATen/core/Tensor.h>

#include <tuple>

namespace planted {

// Each fault beside its sound twin. x is [B, T, E]; a boolean mask marks what is hidden.

/// Mean of x over what is left of each row. pad is [B, T].
at::Tensor mean(const at::Tensor& x, const at::Tensor& pad);
at::Tensor mean_of_padding(const at::Tensor& x, const at::Tensor& pad);
at::Tensor mean_over_all(const at::Tensor& x, const at::Tensor& pad);
at::Tensor mean_by_product(const at::Tensor& x, const at::Tensor& pad);
at::Tensor mean_with_leaking_gradient(const at::Tensor& x, const at::Tensor& pad);

/// Softmax of scores [B, N] over what `hidden` [B, N] leaves; zeros where nothing is left. A
/// floating mask is added.
at::Tensor softmax(const at::Tensor& scores, const at::Tensor& hidden);
at::Tensor softmax_without_guard(const at::Tensor& scores, const at::Tensor& hidden);
at::Tensor softmax_of_sum(const at::Tensor& scores, const at::Tensor& hidden);

/// Self-attention under a mask over queries and keys, [T, T]: result, and weights [B, T, T].
using Attended = std::tuple<at::Tensor, at::Tensor>;
Attended attention(const at::Tensor& x, const at::Tensor& hidden);
Attended attention_masked_late(const at::Tensor& x, const at::Tensor& hidden);
Attended attention_filled_finite(const at::Tensor& x, const at::Tensor& hidden);

/// Self-attention that pads keys. pad is [B, T].
at::Tensor padded_attention(const at::Tensor& x, const at::Tensor& pad);
at::Tensor padded_attention_over_queries(const at::Tensor& x, const at::Tensor& pad);

/// Self-attention to the past, blocks of queries at a time.
at::Tensor causal_attention(const at::Tensor& x);
at::Tensor causal_attention_off_by_one(const at::Tensor& x);

}  // namespace planted
