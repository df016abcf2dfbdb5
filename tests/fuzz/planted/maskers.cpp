#include "tests/fuzz/planted/maskers.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/softmax.h>

#include <algorithm>
#include <limits>
#include <vector>

namespace planted {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

at::Tensor count_of_kept(const at::Tensor& x, const at::Tensor& pad) {
  return pad.logical_not().sum(1, /*keepdim=*/true).clamp_min(1).to(x.scalar_type());
}

at::Tensor scores_of(const at::Tensor& queries, const at::Tensor& keys) {
  return at::matmul(queries, keys.transpose(1, 2));
}

// Causal attention of queries `block` at a time; `ahead` of block i is how far it sees too far.
template <class Ahead>
at::Tensor in_blocks(const at::Tensor& x, Ahead ahead) {
  constexpr std::int64_t kBlock = 4;
  const std::int64_t length = x.size(1);
  const at::Tensor keys = at::arange(length);
  std::vector<at::Tensor> results;
  for (std::int64_t first = 0; first < length; first += kBlock) {
    const std::int64_t last = std::min(length, first + kBlock);
    const at::Tensor queries = at::arange(first, last).unsqueeze(1);
    const at::Tensor hidden = keys.gt(queries + ahead(first / kBlock));
    const at::Tensor scores = scores_of(x.slice(1, first, last), x);
    results.push_back(at::matmul(at::softmax(scores.masked_fill(hidden, -kInfinity), -1), x));
  }
  return at::cat(results, 1);
}

}  // namespace

at::Tensor mean(const at::Tensor& x, const at::Tensor& pad) {
  return x.masked_fill(pad.unsqueeze(-1), 0).sum(1) / count_of_kept(x, pad);
}

at::Tensor mean_of_padding(const at::Tensor& x, const at::Tensor& pad) {
  return mean(x, pad.logical_not());
}

at::Tensor mean_over_all(const at::Tensor& x, const at::Tensor& pad) {
  return x.masked_fill(pad.unsqueeze(-1), 0).mean(1);
}

at::Tensor mean_by_product(const at::Tensor& x, const at::Tensor& pad) {
  const at::Tensor kept = pad.logical_not().unsqueeze(-1).to(x.scalar_type());
  return (x * kept).sum(1) / count_of_kept(x, pad);
}

at::Tensor mean_with_leaking_gradient(const at::Tensor& x, const at::Tensor& pad) {
  const at::Tensor padding = x.detach() * pad.unsqueeze(-1).to(x.scalar_type());
  return (x - padding).sum(1) / count_of_kept(x, pad);
}

at::Tensor softmax(const at::Tensor& scores, const at::Tensor& hidden) {
  if (hidden.is_floating_point()) return softmax(scores, hidden.lt(0));
  const at::Tensor none_left = hidden.all(-1, /*keepdim=*/true);
  // Without anything left softmax is NaN, and so is its gradient: no such row goes in.
  const at::Tensor left = scores.masked_fill(hidden, -kInfinity).masked_fill(none_left, 0);
  return at::softmax(left, -1).masked_fill(hidden, 0);
}

at::Tensor softmax_without_guard(const at::Tensor& scores, const at::Tensor& hidden) {
  if (hidden.is_floating_point()) return at::softmax(scores + hidden, -1);
  return at::softmax(scores.masked_fill(hidden, -kInfinity), -1);
}

at::Tensor softmax_of_sum(const at::Tensor& scores, const at::Tensor& hidden) {
  return at::softmax(scores + hidden.to(scores.scalar_type()), -1);
}

Attended attention(const at::Tensor& x, const at::Tensor& hidden) {
  const at::Tensor weights = at::softmax(scores_of(x, x).masked_fill(hidden, -kInfinity), -1);
  return {at::matmul(weights, x), weights};
}

Attended attention_masked_late(const at::Tensor& x, const at::Tensor& hidden) {
  const at::Tensor weights = at::softmax(scores_of(x, x), -1).masked_fill(hidden, 0);
  return {at::matmul(weights, x), weights};
}

Attended attention_filled_finite(const at::Tensor& x, const at::Tensor& hidden) {
  // Low enough for most scores.
  const at::Tensor weights = at::softmax(scores_of(x, x).masked_fill(hidden, -1e4), -1);
  return {at::matmul(weights, x), weights};
}

at::Tensor padded_attention(const at::Tensor& x, const at::Tensor& pad) {
  const at::Tensor scores = scores_of(x, x).masked_fill(pad.unsqueeze(1), -kInfinity);
  return at::matmul(at::softmax(scores, -1), x);
}

at::Tensor padded_attention_over_queries(const at::Tensor& x, const at::Tensor& pad) {
  const at::Tensor scores = scores_of(x, x).masked_fill(pad.unsqueeze(2), -1e9);
  return at::matmul(at::softmax(scores, -1), x);
}

at::Tensor causal_attention(const at::Tensor& x) {
  return in_blocks(x, [](std::int64_t) { return 0; });
}

at::Tensor causal_attention_off_by_one(const at::Tensor& x) {
  return in_blocks(x, [](std::int64_t block) { return block < 2 ? 0 : 1; });
}

}  // namespace planted
