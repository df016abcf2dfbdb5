// What some of the pairs compute, by its definition: slow, in loops, for their references.
#pragma once

#include <ATen/core/Tensor.h>

#include <utility>

namespace zoo {

/// The largest of the neighbours that there are, along the last dim of x [B, 1, T].
at::Tensor largest_neighbour(const at::Tensor& x);

/// Each channel of an image filtered alone, by the first input channel of its filter [C, *, 3, 3].
at::Tensor filtered_apart(const at::Tensor& image, const at::Tensor& filter,
                          const at::Tensor& bias);

/// The sum of the valid steps of x [B, T, F], each moved by its place among them and squashed.
at::Tensor sum_of_placed(const at::Tensor& x, const at::Tensor& valid, const at::Tensor& places);

/// The mean of word and place of the tokens [B, T] that are not 0; 0 without any.
at::Tensor mean_by_token(const at::Tensor& ids, const at::Tensor& words, const at::Tensor& places);

/// The mean of -log p of each token but the first, by the logits [B, T, V] of the step before it.
at::Tensor next_token_loss(const at::Tensor& logits, const at::Tensor& ids);

/// The weights [F, H] and [H] after a step down the sum over rows of tanh(tanh(x first) second), at
/// a rate of 0.1.
std::pair<at::Tensor, at::Tensor> descended(const at::Tensor& first, const at::Tensor& second,
                                            const at::Tensor& x);

}  // namespace zoo
