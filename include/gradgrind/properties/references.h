// References: what well-known functions are by their formulas, to pick up with
// `.reference(gg::references::layer_norm(1e-5))`.
//
// Layer 3, properties. Each computes in float64 whatever dtype comes in, by elementary operators
// and without LibTorch's kernel of that name, and gives back the dtype of its first tensor. Masks
// are boolean and broadcast from the last dim.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <tuple>

#include "gradgrind/generators/domain.h"

namespace gradgrind::references {

using Unary = std::function<at::Tensor(const at::Tensor&)>;
using Binary = std::function<at::Tensor(const at::Tensor&, const at::Tensor&)>;
using Ternary = std::function<at::Tensor(const at::Tensor&, const at::Tensor&, const at::Tensor&)>;
using Quaternary = std::function<at::Tensor(const at::Tensor&, const at::Tensor&, const at::Tensor&,
                                            const at::Tensor&)>;

enum class Reduction : std::uint8_t { none, mean, sum };

struct CrossEntropyOptions {
  double smoothing = 0;  ///< Share of each target that is spread evenly over all classes.
  std::int64_t ignore_index = -100;  ///< Rows of this label count neither above nor below the line.
  Reduction reduction = Reduction::mean;
};
/// Of logits [..., K] and labels [...]. The mean is over the rows that count, and 0 without any.
Binary cross_entropy(CrossEntropyOptions options = {});
/// Of logits and targets in [0, 1], element by element.
Binary binary_cross_entropy_with_logits(Reduction reduction = Reduction::mean);
Binary mean_squared_error(Reduction reduction = Reduction::mean);
/// Share of the rows of logits [..., K] whose largest logit, the first of several, is the label's.
Binary accuracy();

/// Mean along the last dim of the mask, over x [B T ...] and a mask [B T]; 0 where none is kept.
Binary masked_mean(Polarity polarity);
/// Softmax over the last dim of what a mask leaves; 0 throughout where it leaves nothing.
Binary masked_softmax(Polarity polarity);
/// Of queries [... T D], keys [... S D] and values [... S E], scaled by 1/sqrt(D).
Ternary attention();
/// Likewise, with a mask [... T S]. A query that sees nothing gets 0.
Quaternary masked_attention(Polarity polarity);

/// Over the last dim, with the biased variance.
Unary layer_norm(double eps = 1e-5);
/// Likewise, then times a weight and plus a bias of that dim.
Ternary affine_layer_norm(double eps = 1e-5);
Unary rms_norm(double eps = 1e-5);

// -- Layers: their formulas over the parameters that are given -----------------------------------
//
// An undefined bias or weight is one that the layer does not have.

/// x [... F] by a weight [K F].
at::Tensor linear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias = {});
/// a [... F] and b [... G] by a weight [K F G].
at::Tensor bilinear(const at::Tensor& a, const at::Tensor& b, const at::Tensor& weight,
                    const at::Tensor& bias = {});
/// The rows of a table [V E] at ids of any shape.
at::Tensor embedding(const at::Tensor& ids, const at::Tensor& table);

/// The same in every spatial dim.
struct WindowOptions {
  std::int64_t stride = 1;
  std::int64_t padding = 0;  ///< With zeros on both sides.
};
/// x [B I ...] of one to three spatial dims by a weight [O I ...].
at::Tensor convolution(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias = {},
                       WindowOptions options = {});
/// Over windows of `size` in each spatial dim that lie side by side; what is over at the end is
/// left out.
Unary max_pool(std::int64_t size);
Unary average_pool(std::int64_t size);

/// Of channels in dim 1 by statistics that were kept: batch norm in evaluation.
at::Tensor normalised_by(const at::Tensor& x, const at::Tensor& mean, const at::Tensor& variance,
                         const at::Tensor& weight = {}, const at::Tensor& bias = {},
                         double eps = 1e-5);
/// Over the channels of a group, in dim 1, and all places. As many groups as channels make it an
/// instance norm.
at::Tensor group_norm(const at::Tensor& x, std::int64_t groups, const at::Tensor& weight = {},
                      const at::Tensor& bias = {}, double eps = 1e-5);

/// By the error function, not its approximation.
Unary gelu();
/// Over the last dim.
Unary softmax();
Unary log_softmax();
Unary log_sum_exp();
/// The first half of the last dim times the logistic function of the second.
Unary glu();
/// Along dim 1.
Binary cosine_similarity(double eps = 1e-8);

/// One step of a plain recurrent network: tanh of both projections.
at::Tensor rnn_cell(const at::Tensor& x, const at::Tensor& h, const at::Tensor& w_ih,
                    const at::Tensor& w_hh, const at::Tensor& b_ih, const at::Tensor& b_hh);
/// One step of an LSTM: h and c after it. Gates stand in the order i, f, g, o.
std::tuple<at::Tensor, at::Tensor> lstm_cell(const at::Tensor& x, const at::Tensor& h,
                                             const at::Tensor& c, const at::Tensor& w_ih,
                                             const at::Tensor& w_hh, const at::Tensor& b_ih,
                                             const at::Tensor& b_hh);
/// One step of a GRU: h after it. Gates stand in the order r, z, n.
at::Tensor gru_cell(const at::Tensor& x, const at::Tensor& h, const at::Tensor& w_ih,
                    const at::Tensor& w_hh, const at::Tensor& b_ih, const at::Tensor& b_hh);

struct SgdOptions {
  double lr = 0.01;
  double momentum = 0;
  double weight_decay = 0;
  bool nesterov = false;
};
/// The parameter after a step for each of the gradients, which lie along their first dim.
Binary sgd(SgdOptions options = {});

struct AdamOptions {
  double lr = 1e-3;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double eps = 1e-8;
  double weight_decay = 0;
  bool decoupled = false;  ///< The weight decay of AdamW.
};
Binary adam(AdamOptions options = {});

}  // namespace gradgrind::references
