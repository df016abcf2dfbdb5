// Padding and masks outside of attention: pooling, empty rows, positions, cached masks.
#include <torch/torch.h>

#include <limits>

#include "gradgrind/gradgrind.h"
#include "tests/zoo/definitions.h"
#include "tests/zoo/families.h"

namespace gg = gradgrind;
namespace nn = torch::nn;

namespace zoo {
namespace {

using torch::Tensor;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

gg::Contract over_rows(const gg::Contract& subject) {
  return subject.dim("B", 1, 4).dim("T", 1, 6).dim("F", 1, 4).batch("B");
}

/// A function of x [B, T, F] and valid [B, T] that pools over T.
gg::Contract pooling(const std::string& name, Tensor (*pool)(const Tensor&, const Tensor&),
                     const gg::Domain& valid) {
  return over_rows(gg::function(name, pool))
      .input("x", gg::floats("B T F"))
      .input("valid", valid.of("x"))
      .output("y", gg::floats("B F"));
}

template <bool faulty>
Tensor mean(const Tensor& x, const Tensor& valid) {
  const Tensor kept = valid.unsqueeze(2).to(x.dtype());
  const Tensor count = faulty ? torch::full({1, 1}, x.size(1), x.options()) : kept.sum(1);
  return (x * kept).sum(1) / count;
}

template <bool faulty>
Tensor maximum(const Tensor& x, const Tensor& valid) {
  return std::get<0>(
      x.masked_fill(valid.logical_not().unsqueeze(2), faulty ? 0 : -kInfinity).max(1));
}

template <bool faulty>
Tensor mean_or_zero(const Tensor& x, const Tensor& valid) {
  const Tensor kept = valid.unsqueeze(2).to(x.dtype());
  const Tensor count = kept.sum(1);
  return (x * kept).sum(1) / (faulty ? count : count.clamp_min(1));
}

template <bool faulty>
Tensor inverted(const Tensor& x, const Tensor& valid) {
  const Tensor hidden = faulty ? valid : valid.logical_not();
  return x.masked_fill(hidden.unsqueeze(2), 0).sum(1);
}

using Pool = Tensor (*)(const Tensor&, const Tensor&);

template <Pool faulty_pool, Pool sound_pool>
gg::Contract padded(const std::string& name, bool faulty) {
  return pooling(name, faulty ? faulty_pool : sound_pool, gg::padding_mask("B T", gg::marks_valid));
}

template <Pool faulty_pool, Pool sound_pool>
gg::Contract padded_or_empty(const std::string& name, bool faulty) {
  return pooling(name, faulty ? faulty_pool : sound_pool,
                 gg::padding_mask_or_empty("B T", gg::marks_valid));
}

enum class Bug { none, full_row_is_nan, nan_is_hidden };

/// Weighs steps by a learnt score; an empty row gives zeros.
struct AttentionPooling : nn::Module {
  AttentionPooling(std::int64_t features, Bug planted)
      : bug(planted), score(register_module("score", nn::Linear(features, 1))) {}

  Tensor forward(const Tensor& x, const Tensor& valid) {
    const Tensor hidden = valid.logical_not().unsqueeze(2);
    const Tensor additive =
        torch::zeros({1}, x.options()).masked_fill(hidden, bug == Bug::none ? -1e9 : -kInfinity);
    const Tensor weights = (score(x) + additive).softmax(1);
    if (bug == Bug::full_row_is_nan) return (weights * x).sum(1);
    const Tensor pooled = (weights.masked_fill(hidden, 0) * x).sum(1);
    return pooled.masked_fill(valid.any(1, /*keepdim=*/true).logical_not(), 0);
  }

  Bug bug;
  nn::Linear score;
};

template <Bug bug>
gg::Contract attention_pooling(const std::string& name, bool faulty) {
  return over_rows(gg::module(name,
                              [faulty](const gg::Draw& draw) {
                                return std::make_shared<AttentionPooling>(draw["F"],
                                                                          faulty ? bug : Bug::none);
                              }))
      .input("x", gg::floats("B T F"))
      .input("valid", gg::padding_mask_or_empty("B T", gg::marks_valid).of("x"))
      .output("y", gg::floats("B F"));
}

/// Sums the layer's outputs over valid steps; its mask is made from lengths.
struct LengthPooling : nn::Module {
  LengthPooling(std::int64_t features, bool is_faulty)
      : faulty(is_faulty), layer(register_module("layer", nn::Linear(features, features))) {}

  Tensor forward(const Tensor& x, const Tensor& lengths) {
    const bool fits = mask.defined() && mask.size(0) == x.size(0) && mask.size(1) == x.size(1);
    if (!faulty || !fits) mask = torch::arange(x.size(1)) < lengths.unsqueeze(1);
    return (layer(x) * mask.unsqueeze(2)).sum(1);
  }

  bool faulty;
  nn::Linear layer;
  Tensor mask;
};

gg::Contract length_pooling(const std::string& name, bool faulty) {
  return over_rows(gg::module(name,
                              [faulty](const gg::Draw& draw) {
                                return std::make_shared<LengthPooling>(draw["F"], faulty);
                              }))
      .input("x", gg::floats("B T F"))
      .input("lengths", gg::lengths("B", "T").of("x"))
      .output("y", gg::floats("B F"));
}

/// Adds learnt positions to tokens that may be padded on the left.
struct Positions : nn::Module {
  Positions(std::int64_t features, bool is_faulty)
      : faulty(is_faulty), table(register_module("table", nn::Embedding(6, features))) {}

  Tensor forward(const Tensor& x, const Tensor& valid) {
    const Tensor counted = (valid.to(torch::kLong).cumsum(1) - 1).clamp_min(0);
    const Tensor all = torch::arange(x.size(1)).expand({x.size(0), -1});
    const Tensor placed = torch::tanh(x + table(faulty ? all : counted));
    return placed.masked_fill(valid.logical_not().unsqueeze(2), 0).sum(1);
  }

  bool faulty;
  nn::Embedding table;
};

gg::Contract positions(const std::string& name, bool faulty) {
  return over_rows(gg::module(name,
                              [faulty](const gg::Draw& draw) {
                                return std::make_shared<Positions>(draw["F"], faulty);
                              }))
      .input("x", gg::floats("B T F"))
      .input("valid", gg::mask("B T", gg::marks_valid).of("x"))
      .output("y", gg::floats("B F"))
      .reference([](Positions& module, const gg::Inputs& inputs) {
        return sum_of_placed(inputs["x"], inputs["valid"], module.table->weight);
      });
}

/// Means over tokens, of which the id 0 is padding. Positions are added first.
struct MeanOfTokens : nn::Module {
  MeanOfTokens(std::int64_t count, bool is_faulty)
      : faulty(is_faulty),
        words(
            register_module("words", nn::Embedding(nn::EmbeddingOptions(count, 4).padding_idx(0)))),
        table(register_module("table", nn::Embedding(6, 4))) {}

  Tensor forward(const Tensor& ids) {
    const Tensor x = words(ids) + table(torch::arange(ids.size(1)));
    const Tensor kept = faulty ? x.abs().sum(2) > 0 : ids != 0;
    const Tensor weights = kept.to(x.dtype()).unsqueeze(2);
    return (x * weights).sum(1) / weights.sum(1).clamp_min(1);
  }

  bool faulty;
  nn::Embedding words;
  nn::Embedding table;
};

gg::Contract mean_of_tokens(const std::string& name, bool faulty) {
  return gg::module(name,
                    [faulty](const gg::Draw& draw) {
                      return std::make_shared<MeanOfTokens>(draw["V"], faulty);
                    })
      .dim("B", 1, 4)
      .dim("T", 1, 6)
      .dim("V", 2, 9)
      .input("ids", gg::ids("B T", "V"))
      .output("y", gg::floats("B 4"))
      .batch("B")
      .reference([](MeanOfTokens& module, const gg::Inputs& inputs) {
        return mean_by_token(inputs["ids"], module.words->weight, module.table->weight);
      });
}

/// Scores of each step, then the best over the valid ones.
struct BestStep : nn::Module {
  BestStep(std::int64_t features, bool is_faulty)
      : faulty(is_faulty),
        convolution(register_module("convolution",
                                    nn::Conv1d(nn::Conv1dOptions(features, 3, 3).padding(1)))) {}

  Tensor forward(const Tensor& x, const Tensor& valid) {
    const Tensor hidden = valid.logical_not().unsqueeze(2);
    const Tensor clean = faulty ? x : x.masked_fill(hidden, 0);
    const Tensor scores = convolution(clean.transpose(1, 2)).transpose(1, 2);
    return std::get<0>(scores.masked_fill(hidden, -kInfinity).max(1));
  }

  bool faulty;
  nn::Conv1d convolution;
};

gg::Contract best_step(const std::string& name, bool faulty) {
  return over_rows(gg::module(name,
                              [faulty](const gg::Draw& draw) {
                                return std::make_shared<BestStep>(draw["F"], faulty);
                              }))
      .input("x", gg::floats("B T F"))
      .input("valid", gg::padding_mask("B T", gg::marks_valid).of("x"))
      .output("score", gg::floats("B 3"));
}

/// A next-token predictor: position t sees the tokens before t alone.
struct NextToken : nn::Module {
  NextToken(std::int64_t words, bool is_faulty)
      : faulty(is_faulty),
        embedding(register_module("embedding", nn::Embedding(words + 1, 4))),
        gru(register_module("gru", nn::GRU(nn::GRUOptions(4, 4).batch_first(true)))),
        head(register_module("head", nn::Linear(4, words))) {}

  Tensor forward(const Tensor& ids) {
    const Tensor start =
        torch::full({ids.size(0), 1}, embedding->options.num_embeddings() - 1, torch::kLong);
    const Tensor shifted = torch::cat({start, ids.slice(1, 0, ids.size(1) - 1)}, 1);
    return head(std::get<0>(gru(embedding(faulty ? ids : shifted))));
  }

  bool faulty;
  nn::Embedding embedding;
  nn::GRU gru;
  nn::Linear head;
};

gg::Contract next_token(const std::string& name, bool faulty) {
  return gg::module(name,
                    [faulty](const gg::Draw& draw) {
                      return std::make_shared<NextToken>(draw["V"], faulty);
                    })
      .dim("B", 1, 4)
      .dim("T", 1, 6)
      .dim("V", 2, 9)
      .input("ids", gg::ids("B T", "V"))
      .output("logits", gg::floats("B T V"))
      .loss([](const gg::Outputs& outputs, const gg::Inputs& targets) {
        return nn::functional::cross_entropy(outputs[0].flatten(0, 1), targets["next"].flatten());
      })
      .target("next", gg::labels("B T", "V"))
      .batch("B")
      .sequence("T")
      .causal()
      .declares(gg::strictly_causal("ids"));
}

}  // namespace

std::vector<Pair> masks() {
  return {
      pair("MeanOverPadding", 41, "mean pooling divides by the padded length",
           padded<mean<true>, mean<false>>),
      pair("MaxOverZeros", 42, "padding of zeros beats negative features",
           padded<maximum<true>, maximum<false>>),
      pair("InvertedMask", 49, "the mask is taken with the other polarity",
           padded<inverted<true>, inverted<false>>),
      pair("MeanOfNothing", 66, "a masked mean divides by a length of zero",
           padded_or_empty<mean_or_zero<true>, mean_or_zero<false>>),
      pair("EmptyRowIsNan", 47, "softmax over a fully masked row is NaN",
           attention_pooling<Bug::full_row_is_nan>),
      pair("HiddenNan", 48, "a fully masked row is hidden in the output and NaN in the gradient",
           attention_pooling<Bug::nan_is_hidden>),
      pair("CachedMask", 60, "the mask of the first call is used again", length_pooling),
      pair("PositionsFromPadding", 61, "positions are counted from the left padding", positions),
      pair("PaddingByZero", 72, "padding is recognised by zeros after positions were added",
           mean_of_tokens),
      pair("ConvolvedPadding", 41, "a convolution reads padding beside valid steps", best_step),
      pair("NotShifted", 58, "the decoder's input is not shifted", next_token),
  };
}

}  // namespace zoo
