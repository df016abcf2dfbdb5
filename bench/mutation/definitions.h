// Definitions of layers with elementary operators: slow, plain, and for evaluation alone.
#pragma once

#include <torch/torch.h>

#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "gradgrind/properties/model.h"

namespace bench {

using torch::Tensor;

/// Parameters and buffers by name, "hidden.weight"; below a prefix where one is given.
class Weights {
 public:
  explicit Weights(const gradgrind::Model& model) : state_(model.state()) {}

  Weights below(const std::string& prefix) const;
  /// Undefined where there is none.
  Tensor operator[](const std::string& name) const;

 private:
  std::vector<gradgrind::NamedTensor> state_;
  std::string prefix_;
};

Tensor linear(const Weights& weights, const Tensor& x);
/// Over the last dim.
Tensor softmax(const Tensor& x);
Tensor log_sum_exp(const Tensor& x);
Tensor gaussian_linear_unit(const Tensor& x);
Tensor positive_part(const Tensor& x);
/// (x - mean) / sqrt(var + 1e-5), biased, over `dims`.
Tensor standardised(const Tensor& x, std::vector<std::int64_t> dims);
Tensor layer_norm(const Weights& weights, const Tensor& x);
/// Of channels in dim 1, with running statistics, or of groups of them.
Tensor batch_norm(const Weights& weights, const Tensor& x);
Tensor group_norm(const Weights& weights, const Tensor& x, std::int64_t groups);
Tensor conv2d(const Weights& weights, const Tensor& x, std::int64_t padding, std::int64_t stride);
Tensor max_pool2d(const Tensor& x);

/// x [T, F] of one sequence: outputs [T, H], last h, last c. `suffix` is "l0" or "l0_reverse".
std::tuple<Tensor, Tensor, Tensor> lstm(const Weights& weights, const Tensor& x,
                                        const std::string& suffix);

/// Heads of q [B, T, E], k and v [B, S, E]: contexts [B, T, E], weights [B, H, T, S]. `hidden`
/// [B, S] is true for keys that count for nothing; undefined for none.
std::pair<Tensor, Tensor> attend(const Tensor& q, const Tensor& k, const Tensor& v,
                                 std::int64_t heads, const Tensor& hidden);

}  // namespace bench
