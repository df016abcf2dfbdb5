#include "modules/attention.h"

#include <cmath>
#include <limits>

#include "modules/expect.h"

namespace examples {
namespace {

/// pad [B, T] so that it broadcasts over the keys of [B, H, T, T].
torch::Tensor over_keys(const torch::Tensor& pad) { return pad.unsqueeze(1).unsqueeze(1); }

/// pad [B, T] so that it broadcasts over the features of [B, T, C].
torch::Tensor over_features(const torch::Tensor& pad) { return pad.unsqueeze(-1); }

/// The lowest finite number of the scores' dtype in the place of hidden scores. Unlike minus
/// infinity it leaves the softmax of a row with nothing to see defined.
torch::Tensor hide(const torch::Tensor& scores, const torch::Tensor& hidden) {
  double lowest = 0;
  AT_DISPATCH_FLOATING_TYPES_AND2(
      torch::kHalf, torch::kBFloat16, scores.scalar_type(), "hide",
      [&] { lowest = static_cast<double>(std::numeric_limits<scalar_t>::lowest()); });
  return scores.masked_fill(hidden, lowest);
}

}  // namespace

AttentionImpl::AttentionImpl(std::int64_t embedding, std::int64_t heads, std::int64_t outputs,
                             double dropout)
    : embedding_(embedding), heads_(heads) {
  expect_positive("embedding", embedding);
  expect_positive("heads", heads);
  expect_positive("outputs", outputs);
  TORCH_CHECK(embedding % heads == 0, "embedding must be divisible by heads, but ", embedding,
              " is not divisible by ", heads);
  query_ = register_module("query", torch::nn::Linear(embedding, embedding));
  key_ = register_module("key", torch::nn::Linear(embedding, embedding));
  value_ = register_module("value", torch::nn::Linear(embedding, embedding));
  out_ = register_module("out", torch::nn::Linear(embedding, outputs));
  dropout_ = register_module("dropout", torch::nn::Dropout(dropout));
}

void AttentionImpl::expect_inputs(const torch::Tensor& x, const torch::Tensor& pad) const {
  expect_shape("x", x, {kAnySize, kAnySize, embedding_});
  expect_mask("pad", pad, {x.size(0), x.size(1)});
}

torch::Tensor AttentionImpl::split_heads(const torch::Tensor& x) const {
  return x.reshape({x.size(0), x.size(1), heads_, embedding_ / heads_}).transpose(1, 2);
}

torch::Tensor AttentionImpl::scores(const torch::Tensor& x) {
  const auto scale = std::sqrt(static_cast<double>(embedding_ / heads_));
  const auto queries = split_heads(query_(x)) / scale;
  return torch::matmul(queries, split_heads(key_(x)).transpose(-2, -1));
}

torch::Tensor AttentionImpl::attend(const torch::Tensor& weights, const torch::Tensor& x) {
  const auto heads = torch::matmul(dropout_(weights), split_heads(value_(x)));
  return out_(heads.transpose(1, 2).reshape(x.sizes()));
}

torch::Tensor AttentionImpl::forward(const torch::Tensor& x, const torch::Tensor& pad) {
  expect_inputs(x, pad);
  // A weight of zero does not stop a NaN: the padding itself has to go.
  const auto clean = x.masked_fill(over_features(pad), 0);
  const auto weights = torch::softmax(hide(scores(clean), over_keys(pad)), -1);
  return attend(weights, clean).masked_fill(over_features(pad), 0);
}

torch::Tensor AttentionIgnoresMaskImpl::forward(const torch::Tensor& x, const torch::Tensor& pad) {
  expect_inputs(x, pad);
  const auto weights = torch::softmax(scores(x), -1);
  return attend(weights, x).masked_fill(over_features(pad), 0);
}

torch::Tensor AttentionInvertsMaskImpl::forward(const torch::Tensor& x, const torch::Tensor& pad) {
  expect_inputs(x, pad);
  const auto weights = torch::softmax(hide(scores(x), over_keys(pad).logical_not()), -1);
  return attend(weights, x).masked_fill(over_features(pad), 0);
}

torch::Tensor AttentionSoftmaxOverBatchImpl::forward(const torch::Tensor& x,
                                                     const torch::Tensor& pad) {
  expect_inputs(x, pad);
  const auto clean = x.masked_fill(over_features(pad), 0);
  const auto weights = torch::softmax(hide(scores(clean), over_keys(pad)), 0);
  return attend(weights, clean).masked_fill(over_features(pad), 0);
}

torch::Tensor AttentionMasksAfterSoftmaxImpl::forward(const torch::Tensor& x,
                                                      const torch::Tensor& pad) {
  expect_inputs(x, pad);
  const auto weights = torch::softmax(scores(x), -1).masked_fill(over_keys(pad), 0);
  return attend(weights, x).masked_fill(over_features(pad), 0);
}

}  // namespace examples
