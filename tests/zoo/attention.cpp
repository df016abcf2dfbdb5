// Attention: heads, the dim of the softmax, scales, masks of keys and of the future.
#include <torch/torch.h>

#include <cmath>
#include <limits>

#include "gradgrind/gradgrind.h"
#include "tests/zoo/families.h"

namespace gg = gradgrind;
namespace nn = torch::nn;

namespace zoo {
namespace {

using torch::Tensor;

enum class Bug {
  none,
  heads_by_view,
  merged_by_view,
  softmax_over_queries,
  softmax_over_batch,
  scaled_by_length,
  masked_after_softmax,
  masks_queries,
  mask_added,
  tiny_fill,
  future_off_by_one,
  inverted_in_training,
};

/// Self-attention of several heads over padded rows, causal where it is asked for.
struct Attention : nn::Module {
  Attention(std::int64_t features, std::int64_t count, bool is_causal, Bug planted)
      : heads(count),
        causal(is_causal),
        bug(planted),
        qkv(register_module("qkv", nn::Linear(features, 3 * features))),
        out(register_module("out", nn::Linear(features, features))) {}

  /// [B, T, E] to [B, H, T, E/H].
  Tensor split(const Tensor& x) const {
    const std::int64_t rows = x.size(0);
    const std::int64_t steps = x.size(1);
    if (bug == Bug::heads_by_view) return x.reshape({rows, heads, steps, -1});
    return x.reshape({rows, steps, heads, x.size(2) / heads}).transpose(1, 2);
  }

  /// [B, H, T, E/H] to [B, T, E].
  Tensor merge(const Tensor& x, at::IntArrayRef shape) const {
    return (bug == Bug::merged_by_view ? x : x.transpose(1, 2)).reshape(shape);
  }

  Tensor masked(const Tensor& scores, const Tensor& pad) const {
    const double fill = bug == Bug::tiny_fill ? -1e-9 : -std::numeric_limits<double>::infinity();
    Tensor result = scores;
    if (causal) {
      const std::int64_t steps = scores.size(-1);
      const std::int64_t first = bug == Bug::future_off_by_one ? 2 : 1;
      const Tensor future = torch::ones({steps, steps}, torch::kBool).triu(first);
      result = result.masked_fill(future, fill);
    }
    if (!pad.defined() || bug == Bug::masked_after_softmax) return result;
    if (bug == Bug::mask_added) return result + pad.unsqueeze(1).unsqueeze(2).to(scores.dtype());
    if (bug == Bug::masks_queries) {
      return result.masked_fill(pad.unsqueeze(1).unsqueeze(3), -1e9);
    }
    const bool inverts = bug == Bug::inverted_in_training && is_training();
    return result.masked_fill((inverts ? pad.logical_not() : pad).unsqueeze(1).unsqueeze(2),
                              inverts ? -1e9 : fill);
  }

  Tensor forward(const Tensor& x, const Tensor& pad) {
    const std::vector<Tensor> parts = qkv(x).chunk(3, -1);
    const Tensor q = split(parts[0]);
    const Tensor k = split(parts[1]);
    const std::int64_t size = bug == Bug::scaled_by_length ? x.size(1) : q.size(-1);
    const Tensor scores = q.matmul(k.transpose(-2, -1)) / std::sqrt(static_cast<double>(size));
    const std::int64_t dim = bug == Bug::softmax_over_queries ? -2
                             : bug == Bug::softmax_over_batch ? 0
                                                              : -1;
    Tensor weights = masked(scores, pad).softmax(dim);
    if (bug == Bug::masked_after_softmax) {
      weights = weights.masked_fill(pad.unsqueeze(1).unsqueeze(2), 0);
    }
    return out(merge(weights.matmul(split(parts[2])), x.sizes()));
  }

  Tensor forward(const Tensor& x) { return forward(x, Tensor()); }

  std::int64_t heads;
  bool causal;
  Bug bug;
  nn::Linear qkv;
  nn::Linear out;
};

gg::Contract over_tokens(const gg::Contract& subject) {
  return subject.dim("B", 1, 4)
      .dim("T", 1, 6)
      .dim("H", 1, 3)
      .dim("E", "2*H")
      .input("x", gg::floats("B T E"))
      .batch("B")
      .sequence("T");
}

gg::Contract attention(const std::string& name, bool causal, Bug bug) {
  return over_tokens(gg::module(name, [causal, bug](const gg::Draw& draw) {
    return std::make_shared<Attention>(draw["E"], draw["H"], causal, bug);
  }));
}

template <Bug bug>
gg::Contract padded(const std::string& name, bool faulty) {
  return attention(name, false, faulty ? bug : Bug::none)
      .input("pad", gg::padding_mask("B T", gg::marks_padding).of("x"))
      .output("y", gg::floats("B T E"));
}

template <Bug bug>
gg::Contract causal(const std::string& name, bool faulty) {
  return attention(name, true, faulty ? bug : Bug::none).output("y", gg::floats("B T E")).causal();
}

/// LibTorch's attention, which takes time first.
struct LibraryAttention : nn::Module {
  LibraryAttention(std::int64_t features, std::int64_t heads, bool is_faulty)
      : faulty(is_faulty),
        attention(register_module("attention", nn::MultiheadAttention(features, heads))) {}

  Tensor forward(const Tensor& x) {
    if (faulty) return std::get<0>(attention(x, x, x));
    const Tensor steps = x.transpose(0, 1);
    return std::get<0>(attention(steps, steps, steps)).transpose(0, 1).contiguous();
  }

  bool faulty;
  nn::MultiheadAttention attention;
};

gg::Contract library_attention(const std::string& name, bool faulty) {
  return over_tokens(gg::module(name,
                                [faulty](const gg::Draw& draw) {
                                  return std::make_shared<LibraryAttention>(draw["E"], draw["H"],
                                                                            faulty);
                                }))
      .output("y", gg::floats("B T E"));
}

/// Weights of each query over a memory of other length, some of whose keys are masked.
Tensor cross_weights(const Tensor& query, const Tensor& key, const Tensor& pad, bool faulty) {
  const Tensor scores =
      query.matmul(key.transpose(1, 2)) / std::sqrt(static_cast<double>(key.size(2)));
  if (!faulty) {
    return scores.masked_fill(pad.unsqueeze(1), -std::numeric_limits<double>::infinity())
        .softmax(-1);
  }
  return scores.softmax(-1).masked_fill(pad.unsqueeze(1), 0);
}

gg::Contract cross_attention(const std::string& name, bool faulty) {
  return gg::function(name,
                      [faulty](const Tensor& query, const Tensor& key, const Tensor& pad) {
                        return cross_weights(query, key, pad, faulty);
                      })
      .dim("B", 1, 4)
      .dim("T", 1, 5)
      .dim("S", 1, 5)
      .dim("E", 1, 4)
      .input("query", gg::floats("B T E"))
      .input("key", gg::floats("B S E"))
      .input("pad", gg::padding_mask("B S", gg::marks_padding).of("key"))
      .output("weights", gg::attention_weights("B T S"))
      .batch("B");
}

/// Attends to tokens of the same document, several of which are packed into a row.
struct PackedAttention : nn::Module {
  PackedAttention(std::int64_t features, bool is_faulty)
      : faulty(is_faulty), value(register_module("value", nn::Linear(features, features))) {}

  Tensor forward(const Tensor& x, const Tensor& documents) {
    const Tensor same = documents.unsqueeze(2) == documents.unsqueeze(1);
    Tensor scores = x.matmul(x.transpose(1, 2)) / std::sqrt(static_cast<double>(x.size(2)));
    if (!faulty) scores = scores.masked_fill(same.logical_not(), -1e9);
    return scores.softmax(-1).matmul(value(x));
  }

  bool faulty;
  nn::Linear value;
};

/// As if each document came alone: positions of one at a time.
Tensor documents_apart(PackedAttention& module, const Tensor& x, const Tensor& documents) {
  const Tensor y = torch::empty_like(x);
  for (std::int64_t row = 0; row < x.size(0); ++row) {
    for (std::int64_t document = 0; document <= documents.max().item<std::int64_t>(); ++document) {
      const Tensor positions = (documents[row] == document).nonzero().squeeze(1);
      if (positions.numel() == 0) continue;
      const Tensor own = x[row].index_select(0, positions);
      y[row].index_copy_(0, positions, gg::references::attention()(own, own, module.value(own)));
    }
  }
  return y;
}

gg::Contract packed_attention(const std::string& name, bool faulty) {
  return gg::module(name,
                    [faulty](const gg::Draw& draw) {
                      return std::make_shared<PackedAttention>(draw["E"], faulty);
                    })
      .dim("B", 1, 4)
      .dim("T", 1, 6)
      .dim("E", 1, 4)
      .dim("D", 1, 3)
      .input("x", gg::floats("B T E"))
      .input("document", gg::ids("B T", "D"))
      .output("y", gg::floats("B T E"))
      .batch("B")
      .reference([](PackedAttention& module, const gg::Inputs& inputs) {
        return documents_apart(module, inputs["x"], inputs["document"]);
      });
}

}  // namespace

std::vector<Pair> attention() {
  return {
      pair("HeadsByView", 6, "heads are split by a view", causal<Bug::heads_by_view>),
      pair("HeadsMergedByView", 6, "heads are merged by a view", causal<Bug::merged_by_view>),
      pair("SoftmaxOverQueries", 22, "softmax over queries instead of keys",
           causal<Bug::softmax_over_queries>),
      pair("AttentionSoftmaxOverBatch", 21, "softmax of the scores over the batch",
           padded<Bug::softmax_over_batch>),
      pair("AttentionOverBatch", 32, "batch-first rows go into time-first attention",
           library_attention),
      pair("ScaledByLength", 33, "scores are scaled by the root of the length",
           padded<Bug::scaled_by_length>),
      pair("MaskedAfterSoftmax", 51, "weights are masked after the softmax and not renormalised",
           padded<Bug::masked_after_softmax>),
      pair("MaskOnQueries", 52, "the mask of keys is applied to queries",
           padded<Bug::masks_queries>),
      pair("MaskAddedAsOnes", 53, "a boolean mask is added to the scores", padded<Bug::mask_added>),
      pair("TinyFill", 54, "masked scores are filled with -1e-9", padded<Bug::tiny_fill>),
      pair("FutureOffByOne", 55, "the causal mask is off by one", causal<Bug::future_off_by_one>),
      pair("InvertedInTraining", 50, "the mask has the other polarity in training",
           padded<Bug::inverted_in_training>),
      pair("WeightsNotRenormalised", 51, "weights over the kept keys do not sum to one",
           cross_attention),
      pair("AcrossDocuments", 68, "packed documents attend across their border", packed_attention),
  };
}

}  // namespace zoo
