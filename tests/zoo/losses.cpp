// Losses: broadcasting targets, what is averaged, masks, softmax twice.
#include <torch/torch.h>

#include "gradgrind/gradgrind.h"
#include "tests/zoo/definitions.h"
#include "tests/zoo/families.h"

namespace gg = gradgrind;
namespace nn = torch::nn;

namespace zoo {
namespace {

using torch::Tensor;
using Loss = Tensor (*)(const Tensor&, const Tensor&);
using MaskedLoss = Tensor (*)(const Tensor&, const Tensor&, const Tensor&);

/// Losses have no upper bound that a contract could give; none of these is negative.
gg::Domain not_negative(const std::string& shape) { return gg::floats(shape, gg::between(0, 1e9)); }

gg::Contract over_batch(const gg::Contract& subject) {
  return subject.dim("B", 1, 6).unordered("B").output("loss", not_negative(""));
}

/// The mean of the losses of its rows.
gg::Contract loss(const gg::Contract& subject) {
  return over_batch(subject).declares(gg::mean_over("B"));
}

template <bool faulty>
Tensor squared_error(const Tensor& prediction, const Tensor& target) {
  return (faulty ? prediction - target : prediction.squeeze(1) - target).pow(2).mean();
}

gg::Contract regression(const std::string& name, bool faulty) {
  return loss(gg::function(name, faulty ? squared_error<true> : squared_error<false>))
      .input("prediction", gg::floats("B 1"))
      .input("target", gg::floats("B"))
      .reference([](const Tensor& prediction, const Tensor& target) {
        return torch::mse_loss(prediction.flatten(), target);
      });
}

template <bool faulty>
Tensor depth_error(const Tensor& prediction, const Tensor& target) {
  const Tensor error = faulty ? prediction - target : prediction - target.unsqueeze(1);
  return error.abs().mean();
}

gg::Contract depth_loss(const std::string& name, bool faulty) {
  return loss(gg::function(name, faulty ? depth_error<true> : depth_error<false>))
      .dim("S", 1, 4)
      .input("prediction", gg::floats("B 1 S S"))
      .input("target", gg::floats("B S S"))
      .reference([](const Tensor& prediction, const Tensor& target) {
        return torch::l1_loss(prediction.flatten(1), target.flatten(1));
      });
}

/// -log p * advantage, where p is the density of an action of several dims.
template <bool faulty>
Tensor policy_loss(const Tensor& log_density, const Tensor& advantage) {
  if (faulty) return -(log_density * advantage.unsqueeze(1)).mean();
  return -(log_density.sum(1) * advantage).mean();
}

gg::Contract policy_gradient(const std::string& name, bool faulty) {
  return gg::function(name, faulty ? policy_loss<true> : policy_loss<false>)
      .dim("B", 1, 6)
      .dim("A", 1, 4)
      .unordered("B")
      .input("log_density", gg::floats("B A", gg::between(-20, 5)))
      .input("advantage", gg::floats("B"))
      .output("loss", gg::floats(""))
      .declares(gg::mean_over("B"))
      .reference([](const Tensor& log_density, const Tensor& advantage) {
        Tensor sum = torch::zeros({}, advantage.options());
        for (std::int64_t row = 0; row < advantage.size(0); ++row) {
          sum = sum - log_density[row].sum() * advantage[row];
        }
        return sum / advantage.size(0);
      });
}

template <bool faulty>
Tensor cosine_loss(const Tensor& a, const Tensor& b) {
  return (1 - torch::cosine_similarity(a, b, faulty ? 0 : 1)).mean();
}

gg::Contract cosine(const std::string& name, bool faulty) {
  return gg::function(name, faulty ? cosine_loss<true> : cosine_loss<false>)
      .dim("B", 1, 6)
      .dim("F", 1, 4)
      .unordered("B")
      .input("a", gg::floats("B F"))
      .input("b", gg::floats("B F"))
      .output("loss", gg::floats("", gg::between(0, 2)))
      .declares(gg::mean_over("B"));
}

/// Temporal difference of the actions taken.
template <bool faulty>
Tensor q_loss(const Tensor& q, const Tensor& action, const Tensor& target) {
  const Tensor taken = faulty ? q.index_select(1, action) : q.gather(1, action.unsqueeze(1));
  return (taken - target.unsqueeze(1)).pow(2).mean();
}

gg::Contract q_learning(const std::string& name, bool faulty) {
  return loss(gg::function(name, faulty ? q_loss<true> : q_loss<false>))
      .dim("A", 2, 4)
      .input("q", gg::floats("B A"))
      .input("action", gg::ids("B", "A"))
      .input("target", gg::floats("B"))
      .reference([](const Tensor& q, const Tensor& action, const Tensor& target) {
        Tensor sum = torch::zeros({}, q.options());
        for (std::int64_t row = 0; row < q.size(0); ++row) {
          sum = sum + (q[row][action[row].item<std::int64_t>()] - target[row]).pow(2);
        }
        return sum / q.size(0);
      });
}

/// The mean over a batch, by the name of it.
template <bool faulty>
Tensor mean_error(const Tensor& prediction, const Tensor& target) {
  const Tensor rows = (prediction - target).pow(2).sum(1);
  return faulty ? rows.sum() : rows.mean();
}

template <Loss faulty_loss, Loss sound_loss>
gg::Contract of_vectors(const std::string& name, bool faulty) {
  return loss(gg::function(name, faulty ? faulty_loss : sound_loss))
      .dim("F", 1, 4)
      .input("prediction", gg::floats("B F"))
      .input("target", gg::floats("B F"));
}

/// KL divergence of a Gaussian with diagonal covariance from the standard one.
template <bool faulty>
Tensor gaussian_kl(const Tensor& mean, const Tensor& log_variance) {
  const Tensor parts = 0.5 * (mean.pow(2) + log_variance.exp() - 1 - log_variance);
  return (faulty ? parts.mean(1) : parts.sum(1)).mean();
}

gg::Contract kl_term(const std::string& name, bool faulty) {
  return loss(gg::function(name, faulty ? gaussian_kl<true> : gaussian_kl<false>))
      .dim("Z", 1, 4)
      .input("mean", gg::floats("B Z"))
      .input("log_variance", gg::floats("B Z", gg::between(-8, 8)))
      .reference([](const Tensor& mean, const Tensor& log_variance) {
        const Tensor ratio = log_variance.exp();
        return ((ratio.sum(1) + (mean * mean).sum(1) - mean.size(1) - log_variance.sum(1)) / 2)
            .mean();
      });
}

/// Cross entropy of tokens, of which some are padding.
template <bool faulty>
Tensor token_loss(const Tensor& logits, const Tensor& label, const Tensor& valid) {
  const Tensor losses = nn::functional::cross_entropy(
      logits.transpose(1, 2), label,
      nn::functional::CrossEntropyFuncOptions().reduction(torch::kNone));
  const Tensor sum = (losses * valid).sum();
  return sum / (faulty ? torch::tensor(valid.numel()) : valid.sum());
}

template <bool faulty>
Tensor token_loss_or_zero(const Tensor& logits, const Tensor& label, const Tensor& valid) {
  const Tensor losses = nn::functional::cross_entropy(
      logits.transpose(1, 2), label,
      nn::functional::CrossEntropyFuncOptions().reduction(torch::kNone));
  const Tensor count = valid.sum();
  return (losses * valid).sum() / (faulty ? count : count.clamp_min(1));
}

template <MaskedLoss faulty_loss, MaskedLoss sound_loss>
gg::Contract of_tokens(const std::string& name, bool faulty, const gg::Domain& valid) {
  return over_batch(gg::function(name, faulty ? faulty_loss : sound_loss))
      .dim("T", 1, 5)
      .dim("K", 2, 4)
      .input("logits", gg::floats("B T K"))
      .input("label", gg::labels("B T", "K"))
      .input("valid", valid.of("logits"));
}

gg::Contract padded_tokens(const std::string& name, bool faulty) {
  return of_tokens<token_loss<true>, token_loss<false>>(name, faulty,
                                                        gg::padding_mask("B T", gg::marks_valid));
}

gg::Contract maybe_no_tokens(const std::string& name, bool faulty) {
  return of_tokens<token_loss_or_zero<true>, token_loss_or_zero<false>>(
      name, faulty, gg::padding_mask_or_empty("B T", gg::marks_valid));
}

template <Loss faulty_loss, Loss sound_loss>
gg::Contract of_classes(const std::string& name, bool faulty) {
  return loss(gg::function(name, faulty ? faulty_loss : sound_loss))
      .dim("K", 2, 5)
      .input("logits", gg::floats("B K"))
      .input("label", gg::labels("B", "K"));
}

Tensor cross_entropy(const Tensor& logits, const Tensor& label) {
  return torch::nll_loss(logits.log_softmax(1), label);
}

Tensor softmax_twice(const Tensor& logits, const Tensor& label) {
  return torch::nll_loss(logits.softmax(1).log_softmax(1), label);
}

Tensor nll_of_probabilities(const Tensor& logits, const Tensor& label) {
  return torch::nll_loss(logits.softmax(1), label);
}

/// The truth gets 0.9; the rest is shared out.
template <bool faulty>
Tensor smoothed(const Tensor& logits, const Tensor& label) {
  const auto classes = static_cast<double>(logits.size(1));
  const Tensor truth = torch::one_hot(label, logits.size(1)).to(logits.dtype());
  const Tensor wanted = truth * 0.9 + 0.1 / (faulty ? classes - 1 : classes);
  return -(wanted * logits.log_softmax(1)).sum(1).mean();
}

template <Loss faulty_loss>
gg::Contract own_cross_entropy(const std::string& name, bool faulty) {
  return of_classes<faulty_loss, cross_entropy>(name, faulty)
      .reference([](const Tensor& logits, const Tensor& label) {
        return nn::functional::cross_entropy(logits, label);
      });
}

gg::Contract smoothing(const std::string& name, bool faulty) {
  return of_classes<smoothed<true>, smoothed<false>>(name, faulty)
      .reference([](const Tensor& logits, const Tensor& label) {
        return nn::functional::cross_entropy(
            logits, label, nn::functional::CrossEntropyFuncOptions().label_smoothing(0.1));
      });
}

/// A margin of 1 between the distances to a positive and a negative.
template <bool faulty>
Tensor triplet(const Tensor& anchor, const Tensor& positive, const Tensor& negative) {
  const Tensor margin = (anchor - positive).pow(2).sum(1) - (anchor - negative).pow(2).sum(1) + 1;
  return (faulty ? margin : margin.clamp_min(0)).mean();
}

gg::Contract triplets(const std::string& name, bool faulty) {
  return loss(gg::function(name, faulty ? triplet<true> : triplet<false>))
      .dim("F", 1, 4)
      .input("anchor", gg::floats("B F"))
      .input("positive", gg::floats("B F"))
      .input("negative", gg::floats("B F"));
}

/// Predicts the next token: logits at t are compared with the token at t + 1.
template <bool faulty>
Tensor language_loss(const Tensor& logits, const Tensor& ids) {
  const std::int64_t steps = ids.size(1);
  const Tensor guesses = faulty ? logits : logits.slice(1, 0, steps - 1);
  const Tensor truth = faulty ? ids : ids.slice(1, 1, steps);
  return nn::functional::cross_entropy(guesses.flatten(0, 1), truth.flatten());
}

gg::Contract language_model(const std::string& name, bool faulty) {
  return loss(gg::function(name, faulty ? language_loss<true> : language_loss<false>))
      .dim("T", 2, 5)
      .dim("V", 2, 5)
      .input("logits", gg::floats("B T V"))
      .input("ids", gg::ids("B T", "V"))
      .reference(next_token_loss);
}

}  // namespace

std::vector<Pair> losses() {
  return {
      pair("BroadcastTarget", 8, "[B, 1] - [B] broadcasts to [B, B]", regression),
      pair("BroadcastImages", 9, "targets [B, S, S] meet predictions [B, 1, S, S]", depth_loss),
      pair("DensityNotReduced", 10, "the log density is not summed over the dims of an action",
           policy_gradient),
      pair("CosineOverBatch", 28, "cosine similarity along dim 0", cosine),
      pair("AllPairsOfActions", 29, "q[:, a] instead of a gather", q_learning),
      pair("MeanIsSum", 34, "the mean over the batch is a sum",
           of_vectors<mean_error<true>, mean_error<false>>),
      pair("KlMeanOverLatent", 35, "a mean over latent dims where a sum is meant", kl_term),
      pair("DividedByAllTokens", 64, "a masked loss is divided by all tokens", padded_tokens),
      pair("NoValidTarget", 65, "the loss over no valid target is NaN", maybe_no_tokens),
      pair("SoftmaxTwice", 151, "softmax is applied twice", own_cross_entropy<softmax_twice>),
      pair("LogMissing", 152, "the negative log likelihood gets probabilities",
           own_cross_entropy<nll_of_probabilities>),
      pair("MarginNotClamped", 153, "a margin loss is not clamped", triplets),
      pair("SmoothingDoesNotSum", 157, "smoothed labels do not sum to one", smoothing),
      pair("LabelsNotShifted", 59, "labels are not shifted by one", language_model),
  };
}

}  // namespace zoo
