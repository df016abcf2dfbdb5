#include <torch/torch.h>

#include "tests/torch_nn/contracts/contracts.h"
#include "tests/torch_nn/contracts/helpers.h"

namespace gg = gradgrind;
namespace nn = torch::nn;
namespace by = gradgrind::references;

namespace torch_nn {
namespace {

/// B sequences of T tokens of E = 2*H features, time first, as LibTorch takes them.
gg::Contract over_tokens(const gg::Contract& subject) {
  return subject.dim("B", 1, 3)
      .dim("T", 1, 5)
      .dim("H", 1, 3)
      .dim("E", "2*H")
      .batch("B")
      .sequence("T");
}

nn::TransformerEncoderLayer encoder_layer(const gg::Draw& draw) {
  return nn::TransformerEncoderLayer(
      nn::TransformerEncoderLayerOptions(draw["E"], draw["H"]).dim_feedforward(8));
}

nn::TransformerDecoderLayer decoder_layer(const gg::Draw& draw) {
  return nn::TransformerDecoderLayer(
      nn::TransformerDecoderLayerOptions(draw["E"], draw["H"]).dim_feedforward(8));
}

/// Reads S tokens of memory while it writes T.
gg::Contract with_memory(const gg::Contract& subject) {
  return over_tokens(subject)
      .dim("S", 1, 5)
      .input("target", gg::floats("T B E"))
      .input("memory", gg::floats("S B E"))
      .output("y", gg::floats("T B E"));
}

// Targets that are normalised to zeros attend to a memory of zeros.
gg::Case nothing_to_read() {
  gg::Case a_case;
  a_case.dim("B", 1).dim("T", 1).dim("H", 1).dim("E", 2).dim("S", 1);
  for (const char* name : {"target", "memory"}) {
    a_case.tensor(name, gg::Array(gg::DType::float32, {1, 1, 2}));
  }
  return a_case;
}

constexpr char kTakenForOne[] =
    "LibTorch takes equal contents of query, key and value for one tensor";

// -- Definitions ----------------------------------------------------------------------------------

// What comes of q [T B E], k and v [S B E], time first as they are: y [T B E], and the weights
// [B T S], a mean over heads. `pad` [B S] is true for keys that do not count.
std::tuple<torch::Tensor, torch::Tensor> attend(const nn::MultiheadAttentionImpl& module,
                                                const torch::Tensor& q, const torch::Tensor& k,
                                                const torch::Tensor& v, const torch::Tensor& pad) {
  const std::int64_t heads = module.options.num_heads();
  const auto weights = module.in_proj_weight.chunk(3);
  const auto biases = module.in_proj_bias.chunk(3);
  const auto by_head = [&](const torch::Tensor& x, std::size_t part) {  // [B H T D]
    const torch::Tensor projected = by::linear(x, weights[part], biases[part]);
    return projected.reshape({x.size(0), x.size(1), heads, -1}).permute({1, 2, 0, 3});
  };
  const torch::Tensor queries = by_head(q, 0);
  const torch::Tensor keys = by_head(k, 1);
  const torch::Tensor hidden = pad.unsqueeze(1).unsqueeze(1);
  const torch::Tensor contexts =
      by::masked_attention(gg::marks_padding)(queries, keys, by_head(v, 2), hidden);
  const torch::Tensor scores = (queries.unsqueeze(3) * keys.unsqueeze(2)).sum(-1) /
                               std::sqrt(static_cast<double>(queries.size(3)));
  const torch::Tensor shares = by::masked_softmax(gg::marks_padding)(scores, hidden);
  const torch::Tensor joined = contexts.permute({2, 0, 1, 3}).reshape(q.sizes());
  return {by::linear(joined, module.out_proj->weight, module.out_proj->bias), shares.mean(1)};
}

std::tuple<torch::Tensor, torch::Tensor> attention_by_definition(
    const nn::MultiheadAttentionImpl& module, const gg::Inputs& inputs) {
  return attend(module, inputs["query"], inputs["key"], inputs["value"], inputs["pad"]);
}

torch::Tensor layer_norm(const nn::LayerNorm& norm, const torch::Tensor& x) {
  return by::affine_layer_norm()(x, norm->weight, norm->bias);
}

torch::Tensor projected(const nn::Linear& linear, const torch::Tensor& x) {
  return by::linear(x, linear->weight, linear->bias);
}

torch::Tensor encoder_layer_by_definition(const nn::TransformerEncoderLayerImpl& layer,
                                          const gg::Inputs& inputs) {
  torch::Tensor x = inputs["x"];
  x = layer_norm(layer.norm1, x + std::get<0>(attend(*layer.self_attn, x, x, x, inputs["pad"])));
  const torch::Tensor inner = projected(layer.linear1, x).clamp_min(0);
  return layer_norm(layer.norm2, x + projected(layer.linear2, inner));
}

}  // namespace

std::vector<gg::Contract> attention() {
  return {
      over_tokens(gg::module("MultiheadAttention",
                             [](const gg::Draw& draw) {
                               return nn::MultiheadAttention(draw["E"], draw["H"]);
                             }))
          .dim("S", 1, 5)
          .input("query", gg::floats("T B E"))
          .input("key", gg::floats("S B E"))
          .input("value", gg::floats("S B E"))
          .input("pad", gg::padding_mask("B S", gg::marks_padding).of("value"))
          .output("y", gg::floats("T B E"))
          .output("weights", gg::floats("B T S"))
          .reference(attention_by_definition)
          .except("gradients_reach_every_input", kTakenForOne),
      over_tokens(gg::module("SelfAttention",
                             [](const gg::Draw& draw) {
                               return nn::MultiheadAttention(
                                   nn::MultiheadAttentionOptions(draw["E"], draw["H"])
                                       .dropout(0.1)
                                       .add_zero_attn(true));
                             })
                      .forward([](nn::MultiheadAttention module, const gg::Inputs& inputs) {
                        const auto& x = inputs["x"];
                        return std::get<0>(module(x, x, x));
                      }))
          .input("x", gg::floats("T B E"))
          .output("y", gg::floats("T B E")),
      over_tokens(gg::module("TransformerEncoderLayer", encoder_layer)
                      .forward([](nn::TransformerEncoderLayer layer, const gg::Inputs& inputs) {
                        return layer(inputs["x"], torch::Tensor(), inputs["pad"]);
                      }))
          .input("x", gg::floats("T B E"))
          .input("pad", gg::padding_mask("B T", gg::marks_padding).of("x"))
          .output("y", gg::floats("T B E"))
          .reference(encoder_layer_by_definition),
      over_tokens(gg::module("TransformerEncoder",
                             [](const gg::Draw& draw) {
                               return nn::TransformerEncoder(
                                   nn::TransformerEncoderOptions(encoder_layer(draw), 2));
                             }))
          .input("x", gg::floats("T B E"))
          .output("y", gg::floats("T B E")),
      with_memory(gg::module("TransformerDecoderLayer", decoder_layer))
          .example(nothing_to_read())
          .except("gradients_reach_every_input", kTakenForOne),
      with_memory(gg::module("TransformerDecoder",
                             [](const gg::Draw& draw) {
                               return nn::TransformerDecoder(
                                   nn::TransformerDecoderOptions(decoder_layer(draw), 2));
                             })),
      over_tokens(
          gg::module("Transformer",
                     [](const gg::Draw& draw) {
                       return nn::Transformer(
                           nn::TransformerOptions(draw["E"], draw["H"], 1, 1).dim_feedforward(8));
                     }))
          .dim("S", 1, 5)
          .input("source", gg::floats("S B E"))
          .input("target", gg::floats("T B E"))
          .output("y", gg::floats("T B E")),
  };
}

}  // namespace torch_nn
