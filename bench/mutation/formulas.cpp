#include "bench/mutation/formulas.h"

#include <functional>
#include <map>

#include "bench/mutation/definitions.h"

namespace gg = gradgrind;

namespace bench {
namespace {

using Formula = std::function<std::vector<Tensor>(const Weights&, const gg::Inputs&)>;

// Of a subject with one output.
Formula one(Tensor (*formula)(const Weights&, const gg::Inputs&)) {
  return [formula](const Weights& weights, const gg::Inputs& inputs) {
    return std::vector<Tensor>{formula(weights, inputs)};
  };
}

// -- the examples ---------------------------------------------------------------------------------

Tensor visible(const Tensor& x, const Tensor& hidden) {
  return torch::where(hidden.unsqueeze(-1), torch::zeros_like(x), x);
}

Tensor conv_block(const Weights& weights, const Tensor& x, std::int64_t stride) {
  return positive_part(
      batch_norm(weights.below("1"), conv2d(weights.below("0"), x, /*padding=*/1, stride)));
}

Tensor example_attention(const Weights& weights, const Tensor& x, const Tensor& pad,
                         std::int64_t heads) {
  const Tensor clean = visible(x, pad);
  const Tensor contexts =
      attend(linear(weights.below("query"), clean), linear(weights.below("key"), clean),
             linear(weights.below("value"), clean), heads, pad)
          .first;
  return visible(linear(weights.below("out"), contexts), pad);
}

Tensor example_encoder(const Weights& weights, const gg::Inputs& in) {
  const Tensor pad = in["pad"];
  Tensor x = visible(in["x"], pad);
  for (std::int64_t i = 0; i < in.size("L"); ++i) {
    const Weights layer = weights.below("layers." + std::to_string(i));
    x = x + example_attention(layer.below("attention"),
                              layer_norm(layer.below("attention_norm"), x), pad, in.size("H"));
    const Weights inner = layer.below("feed_forward");
    x = x + linear(inner.below("3"),
                   gaussian_linear_unit(
                       linear(inner.below("0"), layer_norm(layer.below("feed_forward_norm"), x))));
  }
  return visible(linear(weights.below("head"), layer_norm(weights.below("norm"), x)), pad);
}

Tensor masked_mean(const Tensor& x, const Tensor& valid) {
  const Tensor kept = visible(x, valid.logical_not()).sum(1);
  return kept / valid.to(x.scalar_type()).sum(1).clamp(1).unsqueeze(1);
}

Tensor deep_set(const Weights& weights, const gg::Inputs& in) {
  const Tensor valid = in["valid"];
  const Tensor points = visible(in["points"], valid.logical_not());
  const Tensor offsets =
      visible(points - masked_mean(points, valid).unsqueeze(1), valid.logical_not());
  const Tensor distances = (offsets.square().sum(-1, true) + 1e-6).pow(0.5);
  const Weights encoder = weights.below("encoder");
  const Weights head = weights.below("head");
  Tensor features = torch::cat({points, distances}, -1);
  for (const char* layer : {"0", "2"})
    features = positive_part(linear(encoder.below(layer), features));
  const Tensor pooled = masked_mean(features, valid);
  return linear(head.below("2"), positive_part(linear(head.below("0"), pooled)));
}

Tensor lstm_tagger(const Weights& weights, const gg::Inputs& in) {
  const Weights cell = weights.below("lstm");
  const Tensor table = weights["embedding.weight"];
  std::vector<Tensor> rows;
  for (std::int64_t b = 0; b < in.size("B"); ++b) {
    const auto length = in["lengths"][b].item<std::int64_t>();
    Tensor row = torch::zeros({in.size("T"), in.size("K")}, table.options());
    if (length > 0) {
      const Tensor x = table.index_select(0, in["ids"][b].slice(0, 0, length));
      const Tensor forth = std::get<0>(lstm(cell, x, "l0"));
      const Tensor back = std::get<0>(lstm(cell, x.flip(0), "l0_reverse")).flip(0);
      row.slice(0, 0, length).copy_(linear(weights.below("head"), torch::cat({forth, back}, 1)));
    }
    rows.push_back(row);
  }
  return torch::stack(rows);
}

Tensor unet_block(const Weights& weights, const Tensor& x) {
  return positive_part(group_norm(weights.below("1"), conv2d(weights.below("0"), x, 1, 1), 4));
}

Tensor doubled(const Tensor& x) { return x.repeat_interleave(2, 2).repeat_interleave(2, 3); }

Tensor unet(const Weights& weights, const gg::Inputs& in) {
  const Tensor image = in["image"];
  const Tensor top =
      unet_block(weights.below("top"), image - image.flatten(1).mean(1).reshape({-1, 1, 1, 1}));
  const Tensor middle = unet_block(weights.below("middle"), max_pool2d(top));
  const Tensor bottom = unet_block(weights.below("bottom"), max_pool2d(middle));
  const Tensor up =
      unet_block(weights.below("merged_middle"), torch::cat({middle, doubled(bottom)}, 1));
  return conv2d(weights.below("head"),
                unet_block(weights.below("merged_top"), torch::cat({top, doubled(up)}, 1)), 0, 1);
}

const std::map<std::string, Formula>& examples() {
  static const std::map<std::string, Formula> formulas = {
      {"Mlp", one([](const Weights& w, const gg::Inputs& in) {
         return linear(w.below("head"), positive_part(linear(w.below("hidden"), in[0])));
       })},
      {"ConvClassifier", one([](const Weights& w, const gg::Inputs& in) {
         const Tensor stem = conv_block(w.below("stem"), in[0], 1);
         return linear(w.below("head"), conv_block(w.below("body"), stem, 2).flatten(2).mean(2));
       })},
      {"LstmTagger", one(lstm_tagger)},
      {"Attention", one([](const Weights& w, const gg::Inputs& in) {
         return example_attention(w, in["x"], in["pad"], in.size("H"));
       })},
      {"Encoder", one(example_encoder)},
      {"UNet", one(unet)},
      {"DeepSet", one(deep_set)},
      {"StableLogSumExp",
       one([](const Weights&, const gg::Inputs& in) { return log_sum_exp(in[0]); })},
  };
  return formulas;
}

// -- torch::nn ------------------------------------------------------------------------------------

// B sequences, batch first: contexts through the output projection, and the mean weights of heads.
std::pair<Tensor, Tensor> multihead(const Weights& weights, const Tensor& q, const Tensor& k,
                                    const Tensor& v, std::int64_t heads, const Tensor& hidden) {
  const auto matrices = weights["in_proj_weight"].chunk(3);
  const auto biases = weights["in_proj_bias"].chunk(3);
  const auto projected = [&](const Tensor& x, std::size_t part) {
    return (x.unsqueeze(-2) * matrices[part]).sum(-1) + biases[part];
  };
  const auto [contexts, of_heads] =
      attend(projected(q, 0), projected(k, 1), projected(v, 2), heads, hidden);
  return {linear(weights.below("out_proj"), contexts), of_heads.mean(1)};
}

std::vector<Tensor> multihead_attention(const Weights& w, const gg::Inputs& in) {
  const auto first = [&](const char* name) { return in[name].transpose(0, 1); };
  const auto [y, weights] =
      multihead(w, first("query"), first("key"), first("value"), in.size("H"), in["pad"]);
  return {y.transpose(0, 1), weights};
}

Tensor encoder_layer(const Weights& w, const gg::Inputs& in) {
  Tensor x = in["x"].transpose(0, 1);
  x = layer_norm(w.below("norm1"),
                 x + multihead(w.below("self_attn"), x, x, x, in.size("H"), in["pad"]).first);
  const Tensor inner = positive_part(linear(w.below("linear1"), x));
  x = layer_norm(w.below("norm2"), x + linear(w.below("linear2"), inner));
  return x.transpose(0, 1);
}

std::vector<Tensor> rnn(const Weights& w, const gg::Inputs& in) {
  Tensor h = torch::zeros({in.size("B"), in.size("H")}, in[0].options());
  std::vector<Tensor> states;
  for (std::int64_t t = 0; t < in.size("T"); ++t) {
    h = ((in[0][t].unsqueeze(1) * w["weight_ih_l0"]).sum(-1) + w["bias_ih_l0"] +
         (h.unsqueeze(1) * w["weight_hh_l0"]).sum(-1) + w["bias_hh_l0"])
            .tanh();
    states.push_back(h);
  }
  return {torch::stack(states), h.unsqueeze(0)};
}

std::vector<Tensor> lstm_of_rows(const Weights& w, const gg::Inputs& in) {
  std::vector<Tensor> y;
  std::vector<Tensor> h;
  std::vector<Tensor> c;
  for (std::int64_t b = 0; b < in.size("B"); ++b) {
    const auto [states, last, cell] = lstm(w, in[0].select(1, b), "l0");
    y.push_back(states);
    h.push_back(last);
    c.push_back(cell);
  }
  return {torch::stack(y, 1), torch::stack(h).unsqueeze(0), torch::stack(c).unsqueeze(0)};
}

Tensor conv1d(const Weights& w, const gg::Inputs& in) {
  const Tensor patches = torch::constant_pad_nd(in[0], {1, 1}).unfold(2, 3, 1);
  return torch::einsum("bilk,oik->bol", {patches, w["weight"]}) + w["bias"].unsqueeze(1);
}

Tensor avg_pool2d(const Weights&, const gg::Inputs& in) {
  const auto every_other = [&](std::int64_t row, std::int64_t column) {
    return in[0].slice(2, row, c10::nullopt, 2).slice(3, column, c10::nullopt, 2);
  };
  return (every_other(0, 0) + every_other(0, 1) + every_other(1, 0) + every_other(1, 1)) / 4;
}

Tensor cosine(const Weights&, const gg::Inputs& in) {
  const auto norm = [](const Tensor& x) { return x.square().sum(1).pow(0.5).clamp(1e-8); };
  return (in[0] * in[1]).sum(1) / (norm(in[0]) * norm(in[1]));
}

Tensor glu(const Weights&, const gg::Inputs& in) {
  const auto halves = in[0].chunk(2, -1);
  return halves[0] * 0.5 * (1 + (halves[1] / 2).tanh());
}

const std::map<std::string, Formula>& modules() {
  using W = const Weights&;
  using In = const gg::Inputs&;
  static const std::map<std::string, Formula> formulas = {
      {"Linear", one([](W w, In in) { return linear(w, in[0]); })},
      {"Bilinear", one([](W w, In in) {
         return torch::einsum("bf,kfg,bg->bk", {in[0], w["weight"], in[1]}) + w["bias"];
       })},
      {"Conv1d", one(conv1d)},
      {"Conv2d", one([](W w, In in) { return conv2d(w, in[0], 1, 1); })},
      {"BatchNorm2d", one([](W w, In in) { return batch_norm(w, in[0]); })},
      {"LayerNorm", one([](W w, In in) { return layer_norm(w, in[0]); })},
      {"GroupNorm", one([](W w, In in) { return group_norm(w, in[0], in.size("G")); })},
      {"InstanceNorm2d", one([](W w, In in) { return group_norm(w, in[0], in.size("C")); })},
      {"GELU", one([](W, In in) { return gaussian_linear_unit(in[0]); })},
      {"Softmax", one([](W, In in) { return softmax(in[0]); })},
      {"LogSoftmax", one([](W, In in) { return in[0] - log_sum_exp(in[0]).unsqueeze(-1); })},
      {"GLU", one(glu)},
      {"AvgPool2d", one(avg_pool2d)},
      {"MaxPool2d", one([](W, In in) { return max_pool2d(in[0]); })},
      {"Embedding", one([](W w, In in) {
         const Tensor rows = w["weight"].index_select(0, in[0].flatten());
         return rows.reshape({in.size("B"), in.size("T"), in.size("E")});
       })},
      {"RNN", rnn},
      {"LSTM", lstm_of_rows},
      {"MultiheadAttention", multihead_attention},
      {"TransformerEncoderLayer", one(encoder_layer)},
      {"CosineSimilarity", one(cosine)},
  };
  return formulas;
}

// A definition in other operators, in float64: what differs by more is no rounding.
constexpr double kTolerance = 1e-8;

gg::Verdict agrees(gg::Trial& trial, const Formula& formula) {
  const torch::NoGradGuard no_grad;
  const gg::TwinScope twin(trial, gg::DType::float64);
  const gg::Inputs inputs = gg::converted(trial.inputs(), gg::DType::float64);
  const std::vector<Tensor> expected = formula(Weights(trial.model()), inputs);
  const gg::Outputs outputs = trial.forward(inputs);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const Tensor difference = outputs[i].sizes() == expected[i].sizes()
                                  ? (outputs[i] - expected[i]).abs()
                                  : torch::full({1}, INFINITY);
    const double scale = expected[i].numel() > 0 ? expected[i].abs().max().item<double>() : 0;
    if ((difference <= kTolerance * (1 + scale)).all().item<bool>()) continue;
    gg::Evidence evidence;
    evidence.kind = "differs";
    evidence.output = trial.output_name(i);
    evidence.message =
        "differs from its definition by " + std::to_string(difference.max().item<double>());
    return gg::Verdict::fails(std::move(evidence));
  }
  return gg::Verdict::holds();
}

}  // namespace

const std::vector<std::string>& modules_with_formulas() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> list;
    for (const auto& [name, formula] : modules()) list.push_back(name);
    return list;
  }();
  return names;
}

gg::Contract with_formula(const gg::Contract& contract) {
  const auto example = examples().find(contract.name());
  const Formula formula =
      example != examples().end() ? example->second : modules().at(contract.name());
  return contract.property("equals_its_formula",
                           [formula](gg::Trial& trial) { return agrees(trial, formula); });
}

}  // namespace bench
