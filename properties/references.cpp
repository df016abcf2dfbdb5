#include "gradgrind/properties/references.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros_like.h>

#include <cmath>

#include "properties/reference_precision.h"

namespace gradgrind::references {
namespace {

at::Tensor reduced(const at::Tensor& each, Reduction reduction) {
  if (reduction == Reduction::none) return each;
  return reduction == Reduction::sum ? each.sum() : each.sum() / each.numel();
}

at::Tensor logistic(const at::Tensor& x) { return 1 / (1 + (-x).exp()); }

// log(1 + exp(x)), which overflows nowhere.
at::Tensor log_of_one_plus_exp(const at::Tensor& x) {
  return x.clamp_min(0) + (1 + (-x.abs()).exp()).log();
}

at::Tensor log_shares(const at::Tensor& x) {
  const at::Tensor shifted = x - x.amax(-1, /*keepdim=*/true);
  return shifted - shifted.exp().sum(-1, /*keepdim=*/true).log();
}

// 1 at the classes that are the label's, over one more dim of `classes`.
at::Tensor indicator(const at::Tensor& labels, std::int64_t classes) {
  return labels.unsqueeze(-1).eq(at::arange(classes)).to(at::kDouble);
}

at::Tensor kept(const at::Tensor& mask, Polarity polarity) {
  return polarity == marks_valid ? mask : mask.logical_not();
}

at::Tensor softmax_of_kept(const at::Tensor& scores, const at::Tensor& keep) {
  const at::Tensor lowest = scores.detach().amin() - 1;
  const at::Tensor largest = at::where(keep, scores, lowest).amax(-1, /*keepdim=*/true);
  const at::Tensor weights = (scores - largest).clamp_max(0).exp() * keep.to(at::kDouble);
  const at::Tensor total = weights.sum(-1, /*keepdim=*/true);
  return weights / at::where(total.eq(0), total + 1, total);
}

at::Tensor scores_of(const at::Tensor& q, const at::Tensor& k) {
  return wide(q).matmul(wide(k).transpose(-2, -1)) / std::sqrt(static_cast<double>(q.size(-1)));
}

at::Tensor normalised(const at::Tensor& x, double eps) {
  const at::Tensor centred = x - x.mean(-1, /*keepdim=*/true);
  return centred / (centred.pow(2).mean(-1, /*keepdim=*/true) + eps).sqrt();
}

at::Tensor projected(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
  return wide(x).matmul(wide(weight).t()) + wide(bias);
}

}  // namespace

Binary cross_entropy(CrossEntropyOptions options) {
  return [options](const at::Tensor& logits, const at::Tensor& labels) {
    const at::Tensor log_probabilities = log_shares(wide(logits));
    const at::Tensor counts = labels.ne(options.ignore_index).to(at::kDouble);
    const double share = options.smoothing / static_cast<double>(logits.size(-1));
    const at::Tensor target = indicator(labels, logits.size(-1)) * (1 - options.smoothing) + share;
    const at::Tensor each = -(target * log_probabilities).sum(-1) * counts;
    if (options.reduction != Reduction::mean) return back(reduced(each, options.reduction), logits);
    return back(each.sum() / counts.sum().clamp_min(1), logits);
  };
}

Binary binary_cross_entropy_with_logits(Reduction reduction) {
  return [reduction](const at::Tensor& logits, const at::Tensor& targets) {
    const at::Tensor x = wide(logits);
    return back(reduced(log_of_one_plus_exp(x) - x * wide(targets), reduction), logits);
  };
}

Binary mean_squared_error(Reduction reduction) {
  return [reduction](const at::Tensor& x, const at::Tensor& target) {
    const at::Tensor gap = wide(x) - wide(target);
    return back(reduced(gap * gap, reduction), x);
  };
}

Binary accuracy() {
  return [](const at::Tensor& logits, const at::Tensor& labels) {
    // The first of several equal ones: what stands before it is smaller, what follows is not
    // larger.
    const at::Tensor own =
        (wide(logits) * indicator(labels, logits.size(-1))).sum(-1, /*keepdim=*/true);
    const at::Tensor place = at::arange(logits.size(-1));
    const at::Tensor is_before = place.lt(labels.unsqueeze(-1));
    const at::Tensor beaten = at::where(is_before, wide(logits).lt(own), wide(logits).le(own));
    return back(beaten.all(-1).to(at::kDouble).mean(), logits);
  };
}

Binary masked_mean(Polarity polarity) {
  return [polarity](const at::Tensor& x, const at::Tensor& mask) {
    at::Tensor keep = kept(mask, polarity).to(at::kDouble);
    const at::Tensor count = keep.sum(1).clamp_min(1);
    at::Tensor divisor = count;
    while (keep.dim() < x.dim()) keep = keep.unsqueeze(-1);
    while (divisor.dim() < x.dim() - 1) divisor = divisor.unsqueeze(-1);
    return back((wide(x) * keep).sum(1) / divisor, x);
  };
}

Binary masked_softmax(Polarity polarity) {
  return [polarity](const at::Tensor& scores, const at::Tensor& mask) {
    return back(softmax_of_kept(wide(scores), kept(mask, polarity)), scores);
  };
}

Ternary attention() {
  return [](const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) {
    return back(log_shares(scores_of(q, k)).exp().matmul(wide(v)), q);
  };
}

Quaternary masked_attention(Polarity polarity) {
  return [polarity](const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                    const at::Tensor& mask) {
    return back(softmax_of_kept(scores_of(q, k), kept(mask, polarity)).matmul(wide(v)), q);
  };
}

Unary layer_norm(double eps) {
  return [eps](const at::Tensor& x) { return back(normalised(wide(x), eps), x); };
}

Ternary affine_layer_norm(double eps) {
  return [eps](const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
    return back(normalised(wide(x), eps) * wide(weight) + wide(bias), x);
  };
}

Unary rms_norm(double eps) {
  return [eps](const at::Tensor& x) {
    const at::Tensor scale = (wide(x).pow(2).mean(-1, /*keepdim=*/true) + eps).sqrt();
    return back(wide(x) / scale, x);
  };
}

at::Tensor rnn_cell(const at::Tensor& x, const at::Tensor& h, const at::Tensor& w_ih,
                    const at::Tensor& w_hh, const at::Tensor& b_ih, const at::Tensor& b_hh) {
  return back((projected(x, w_ih, b_ih) + projected(h, w_hh, b_hh)).tanh(), x);
}

std::tuple<at::Tensor, at::Tensor> lstm_cell(const at::Tensor& x, const at::Tensor& h,
                                             const at::Tensor& c, const at::Tensor& w_ih,
                                             const at::Tensor& w_hh, const at::Tensor& b_ih,
                                             const at::Tensor& b_hh) {
  const std::int64_t hidden = h.size(-1);
  const at::Tensor gates = projected(x, w_ih, b_ih) + projected(h, w_hh, b_hh);
  const auto gate = [&](std::int64_t i) { return gates.narrow(-1, i * hidden, hidden); };
  const at::Tensor next = logistic(gate(1)) * wide(c) + logistic(gate(0)) * gate(2).tanh();
  return {back(logistic(gate(3)) * next.tanh(), x), back(next, x)};
}

at::Tensor gru_cell(const at::Tensor& x, const at::Tensor& h, const at::Tensor& w_ih,
                    const at::Tensor& w_hh, const at::Tensor& b_ih, const at::Tensor& b_hh) {
  const std::int64_t hidden = h.size(-1);
  const at::Tensor of_x = projected(x, w_ih, b_ih);
  const at::Tensor of_h = projected(h, w_hh, b_hh);
  const auto part = [&](const at::Tensor& gates, std::int64_t i) {
    return gates.narrow(-1, i * hidden, hidden);
  };
  const at::Tensor r = logistic(part(of_x, 0) + part(of_h, 0));
  const at::Tensor z = logistic(part(of_x, 1) + part(of_h, 1));
  const at::Tensor n = (part(of_x, 2) + r * part(of_h, 2)).tanh();
  return back((1 - z) * n + z * wide(h), x);
}

Binary sgd(SgdOptions options) {
  return [options](const at::Tensor& parameter, const at::Tensor& gradients) {
    at::Tensor p = wide(parameter);
    at::Tensor velocity;
    for (std::int64_t step = 0; step < gradients.size(0); ++step) {
      const at::Tensor g = wide(gradients[step]) + p * options.weight_decay;
      velocity = step == 0 ? g : velocity * options.momentum + g;
      const bool is_plain = options.momentum == 0;
      const at::Tensor nesterov = g + velocity * options.momentum;
      p = p - (is_plain ? g : options.nesterov ? nesterov : velocity) * options.lr;
    }
    return back(p, parameter);
  };
}

Binary adam(AdamOptions options) {
  return [options](const at::Tensor& parameter, const at::Tensor& gradients) {
    at::Tensor p = wide(parameter);
    at::Tensor m = at::zeros_like(p);
    at::Tensor v = at::zeros_like(p);
    for (std::int64_t step = 0; step < gradients.size(0); ++step) {
      at::Tensor g = wide(gradients[step]);
      if (options.decoupled) {
        p = p * (1 - options.lr * options.weight_decay);
      } else {
        g = g + p * options.weight_decay;
      }
      m = m * options.beta1 + g * (1 - options.beta1);
      v = v * options.beta2 + g * g * (1 - options.beta2);
      const auto steps = static_cast<double>(step + 1);
      const at::Tensor mean = m / (1 - std::pow(options.beta1, steps));
      const at::Tensor square = v / (1 - std::pow(options.beta2, steps));
      p = p - mean * options.lr / (square.sqrt() + options.eps);
    }
    return back(p, parameter);
  };
}

}  // namespace gradgrind::references
