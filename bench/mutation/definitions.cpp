#include "bench/mutation/definitions.h"

#include <cmath>

namespace bench {
namespace {

constexpr double kEpsilon = 1e-5;

// A vector of channels so that it broadcasts over dim 1 of `like`.
Tensor along_channels(const Tensor& values, const Tensor& like) {
  std::vector<std::int64_t> shape(static_cast<std::size_t>(like.dim()), 1);
  shape[1] = values.numel();
  return values.reshape(shape);
}

Tensor scaled_and_shifted(const Weights& weights, const Tensor& x) {
  if (!weights["weight"].defined()) return x;
  return x * along_channels(weights["weight"], x) + along_channels(weights["bias"], x);
}

Tensor logistic(const Tensor& x) { return 0.5 * (1 + (x / 2).tanh()); }

}  // namespace

Weights Weights::below(const std::string& prefix) const {
  Weights inner = *this;
  inner.prefix_ = prefix_ + prefix + ".";
  return inner;
}

Tensor Weights::operator[](const std::string& name) const {
  for (const gradgrind::NamedTensor& entry : state_) {
    if (entry.name == prefix_ + name) return entry.tensor.detach();
  }
  return {};
}

Tensor linear(const Weights& weights, const Tensor& x) {
  const Tensor y = (x.unsqueeze(-2) * weights["weight"]).sum(-1);
  return weights["bias"].defined() ? y + weights["bias"] : y;
}

Tensor softmax(const Tensor& x) {
  const Tensor powers = (x - x.amax(-1, true)).exp();
  return powers / powers.sum(-1, true);
}

Tensor log_sum_exp(const Tensor& x) {
  const Tensor highest = x.amax(-1, true);
  return ((x - highest).exp().sum(-1, true).log() + highest).squeeze(-1);
}

Tensor gaussian_linear_unit(const Tensor& x) { return 0.5 * x * torch::erfc(-x / std::sqrt(2.0)); }

Tensor positive_part(const Tensor& x) { return (x + x.abs()) / 2; }

Tensor standardised(const Tensor& x, std::vector<std::int64_t> dims) {
  const Tensor centred = x - x.mean(dims, true);
  return centred * (centred.square().mean(dims, true) + kEpsilon).pow(-0.5);
}

Tensor layer_norm(const Weights& weights, const Tensor& x) {
  return standardised(x, {-1}) * weights["weight"] + weights["bias"];
}

Tensor batch_norm(const Weights& weights, const Tensor& x) {
  const Tensor deviation = (weights["running_var"] + kEpsilon).sqrt();
  return scaled_and_shifted(
      weights, (x - along_channels(weights["running_mean"], x)) / along_channels(deviation, x));
}

Tensor group_norm(const Weights& weights, const Tensor& x, std::int64_t groups) {
  const Tensor grouped = x.reshape({x.size(0), groups, x.numel() / (x.size(0) * groups)});
  return scaled_and_shifted(weights, standardised(grouped, {-1}).reshape(x.sizes()));
}

Tensor conv2d(const Weights& weights, const Tensor& x, std::int64_t padding, std::int64_t stride) {
  const Tensor kernel = weights["weight"];
  const Tensor padded = torch::constant_pad_nd(x, {padding, padding, padding, padding});
  const Tensor patches = padded.unfold(2, kernel.size(2), stride).unfold(3, kernel.size(3), stride);
  const Tensor y = torch::einsum("bihwkl,oikl->bohw", {patches, kernel});
  return weights["bias"].defined() ? y + along_channels(weights["bias"], y) : y;
}

Tensor max_pool2d(const Tensor& x) {
  return x.reshape({x.size(0), x.size(1), x.size(2) / 2, 2, x.size(3) / 2, 2}).amax({3, 5});
}

std::tuple<Tensor, Tensor, Tensor> lstm(const Weights& weights, const Tensor& x,
                                        const std::string& suffix) {
  const Tensor from_input = weights["weight_ih_" + suffix];
  const Tensor from_state = weights["weight_hh_" + suffix];
  const Tensor bias = weights["bias_ih_" + suffix] + weights["bias_hh_" + suffix];
  Tensor h = torch::zeros({from_state.size(1)}, x.options());
  Tensor c = torch::zeros_like(h);
  std::vector<Tensor> states;
  for (std::int64_t t = 0; t < x.size(0); ++t) {
    const auto gates = ((from_input * x[t]).sum(-1) + (from_state * h).sum(-1) + bias).chunk(4);
    c = logistic(gates[1]) * c + logistic(gates[0]) * gates[2].tanh();
    h = logistic(gates[3]) * c.tanh();
    states.push_back(h);
  }
  return {torch::stack(states), h, c};
}

std::pair<Tensor, Tensor> attend(const Tensor& q, const Tensor& k, const Tensor& v,
                                 std::int64_t heads, const Tensor& hidden) {
  const std::int64_t width = q.size(2) / heads;
  std::vector<Tensor> contexts;
  std::vector<Tensor> weights;
  for (std::int64_t head = 0; head < heads; ++head) {
    const auto of_head = [&](const Tensor& x) {
      return x.slice(2, head * width, (head + 1) * width);
    };
    Tensor scores = (of_head(q).unsqueeze(2) * of_head(k).unsqueeze(1)).sum(-1) /
                    std::sqrt(static_cast<double>(width));
    if (hidden.defined()) scores = scores - hidden.unsqueeze(1).to(scores.scalar_type()) * 1e300;
    weights.push_back(softmax(scores));
    contexts.push_back((weights.back().unsqueeze(-1) * of_head(v).unsqueeze(1)).sum(2));
  }
  return {torch::cat(contexts, 2), torch::stack(weights, 1)};
}

}  // namespace bench
