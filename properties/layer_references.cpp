// References of layers: plain, slow, and not by the kernels that they are compared with.
#include <ATen/TensorOperators.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/erfc.h>

#include <cmath>
#include <vector>

#include "gradgrind/properties/references.h"
#include "properties/reference_precision.h"

namespace gradgrind::references {
namespace {

// A vector of channels, so that it broadcasts over dim 1 of `like`.
at::Tensor along_channels(const at::Tensor& values, const at::Tensor& like) {
  std::vector<std::int64_t> shape(static_cast<std::size_t>(like.dim()), 1);
  shape[1] = values.numel();
  return wide(values).reshape(shape);
}

at::Tensor scaled_and_shifted(at::Tensor x, const at::Tensor& weight, const at::Tensor& bias) {
  if (weight.defined()) x = x * along_channels(weight, x);
  if (bias.defined()) x = x + along_channels(bias, x);
  return x;
}

// The windows of [B C ...] as [B C places... offsets...].
at::Tensor windows(at::Tensor x, at::IntArrayRef sizes, std::int64_t stride) {
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    x = x.unfold(static_cast<std::int64_t>(i) + 2, sizes[i], stride);
  }
  return x;
}

std::vector<std::int64_t> same_in_every_dim(const at::Tensor& x, std::int64_t size) {
  return std::vector<std::int64_t>(static_cast<std::size_t>(x.dim() - 2), size);
}

// [B C places...] of offsets in one dim at the end.
at::Tensor side_by_side(const at::Tensor& x, std::int64_t size) {
  return windows(x, same_in_every_dim(x, size), size).flatten(x.dim());
}

at::Tensor shifted_by_largest(const at::Tensor& x) { return x - x.amax(-1, /*keepdim=*/true); }

}  // namespace

at::Tensor linear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
  const at::Tensor y = (wide(x).unsqueeze(-2) * wide(weight)).sum(-1);
  return back(bias.defined() ? y + wide(bias) : y, x);
}

at::Tensor bilinear(const at::Tensor& a, const at::Tensor& b, const at::Tensor& weight,
                    const at::Tensor& bias) {
  const at::Tensor pairs = wide(a).unsqueeze(-1) * wide(b).unsqueeze(-2);  // [... F G]
  const at::Tensor y = (pairs.unsqueeze(-3) * wide(weight)).sum({-2, -1});
  return back(bias.defined() ? y + wide(bias) : y, a);
}

at::Tensor embedding(const at::Tensor& ids, const at::Tensor& table) {
  std::vector<std::int64_t> shape = ids.sizes().vec();
  shape.push_back(table.size(1));
  return table.index_select(0, ids.reshape({-1})).reshape(shape);
}

at::Tensor convolution(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                       WindowOptions options) {
  const std::vector<std::int64_t> padding(static_cast<std::size_t>(2 * (x.dim() - 2)),
                                          options.padding);
  const at::Tensor patches =
      windows(at::constant_pad_nd(wide(x), padding), weight.sizes().slice(2), options.stride);
  // Channels beside the offsets: [B places... I*offsets].
  const at::Tensor columns = patches.movedim(1, x.dim() - 1).flatten(x.dim() - 1);
  const at::Tensor y = columns.matmul(wide(weight).flatten(1).t()).movedim(-1, 1);
  return back(scaled_and_shifted(y, {}, bias), x);
}

Unary max_pool(std::int64_t size) {
  return [size](const at::Tensor& x) { return side_by_side(x, size).amax(-1); };
}

Unary average_pool(std::int64_t size) {
  return [size](const at::Tensor& x) {
    const at::Tensor offsets = side_by_side(wide(x), size);
    return back(offsets.sum(-1) / offsets.size(-1), x);
  };
}

at::Tensor normalised_by(const at::Tensor& x, const at::Tensor& mean, const at::Tensor& variance,
                         const at::Tensor& weight, const at::Tensor& bias, double eps) {
  const at::Tensor centred = wide(x) - along_channels(mean, x);
  const at::Tensor deviation = (along_channels(variance, x) + eps).sqrt();
  return back(scaled_and_shifted(centred / deviation, weight, bias), x);
}

at::Tensor group_norm(const at::Tensor& x, std::int64_t groups, const at::Tensor& weight,
                      const at::Tensor& bias, double eps) {
  if (x.numel() == 0) return x.clone();
  const at::Tensor grouped = wide(x).reshape({x.size(0), groups, -1});
  const at::Tensor centred = grouped - grouped.mean(-1, /*keepdim=*/true);
  const at::Tensor variance = (centred * centred).mean(-1, /*keepdim=*/true);
  const at::Tensor y = (centred / (variance + eps).sqrt()).reshape(x.sizes());
  return back(scaled_and_shifted(y, weight, bias), x);
}

Unary gelu() {
  return [](const at::Tensor& x) {
    return back(wide(x) * at::erfc(wide(x) / -std::sqrt(2.0)) / 2, x);
  };
}

Unary softmax() {
  return [](const at::Tensor& x) {
    const at::Tensor powers = shifted_by_largest(wide(x)).exp();
    return back(powers / powers.sum(-1, /*keepdim=*/true), x);
  };
}

Unary log_softmax() {
  return [](const at::Tensor& x) {
    const at::Tensor shifted = shifted_by_largest(wide(x));
    return back(shifted - shifted.exp().sum(-1, /*keepdim=*/true).log(), x);
  };
}

Unary log_sum_exp() {
  return [](const at::Tensor& x) {
    return back(shifted_by_largest(wide(x)).exp().sum(-1).log() + wide(x).amax(-1), x);
  };
}

Unary glu() {
  return [](const at::Tensor& x) {
    const std::int64_t half = x.size(-1) / 2;
    const at::Tensor gate = wide(x).narrow(-1, half, half);
    return back(wide(x).narrow(-1, 0, half) / (1 + (-gate).exp()), x);
  };
}

Binary cosine_similarity(double eps) {
  return [eps](const at::Tensor& a, const at::Tensor& b) {
    const auto length = [eps](const at::Tensor& x) {
      return (wide(x) * wide(x)).sum(1).sqrt().clamp_min(eps);
    };
    return back((wide(a) * wide(b)).sum(1) / (length(a) * length(b)), a);
  };
}

}  // namespace gradgrind::references
