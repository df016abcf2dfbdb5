#include "references.h"

#include <string>
#include <utility>

namespace gg = gradgrind;
namespace by = gradgrind::references;

namespace examples::definitions {
namespace {

using torch::Tensor;

/// Parameters and buffers by name, "hidden.weight", in float64; below a prefix where one is given.
class Weights {
 public:
  explicit Weights(const torch::nn::Module& module, std::string prefix = {})
      : module_(module), prefix_(std::move(prefix)) {}

  Weights below(const std::string& name) const { return Weights(module_, prefix_ + name + "."); }

  /// Undefined where there is none.
  Tensor operator[](const std::string& name) const {
    for (const auto& named : {module_.named_parameters(), module_.named_buffers()}) {
      const Tensor* found = named.find(prefix_ + name);
      if (found != nullptr) return found->to(torch::kDouble);
    }
    return {};
  }

 private:
  const torch::nn::Module& module_;
  std::string prefix_;
};

// In the dtype of the parameters.
Tensor result(const Tensor& y, const torch::nn::Module& module) {
  return y.to(module.parameters().front().scalar_type());
}

Tensor wide(const Tensor& x) { return x.to(torch::kDouble); }

// x [B T F] with zeros where `hidden` [B T] is true.
Tensor visible(const Tensor& x, const Tensor& hidden) {
  return torch::where(hidden.unsqueeze(-1), torch::zeros_like(x), x);
}

Tensor positive_part(const Tensor& x) { return (x + x.abs()) / 2; }

Tensor linear(const Weights& weights, const Tensor& x) {
  return by::linear(x, weights["weight"], weights["bias"]);
}

Tensor layer_norm(const Weights& weights, const Tensor& x) {
  return by::affine_layer_norm()(x, weights["weight"], weights["bias"]);
}

Tensor convolution(const Weights& weights, const Tensor& x, by::WindowOptions options) {
  return by::convolution(x, weights["weight"], weights["bias"], options);
}

Tensor convolution_block(const Weights& weights, const Tensor& x, std::int64_t stride) {
  const Weights norm = weights.below("1");
  const Tensor y = convolution(weights.below("0"), x, {stride, /*padding=*/1});
  return positive_part(by::normalised_by(y, norm["running_mean"], norm["running_var"],
                                         norm["weight"], norm["bias"]));
}

Tensor attention_of(const Weights& weights, const Tensor& x, const Tensor& pad,
                    std::int64_t heads) {
  const Tensor clean = visible(x, pad);
  const auto split = [&](const char* name) {
    const Tensor projected = linear(weights.below(name), clean);
    return projected.reshape({x.size(0), x.size(1), heads, -1}).transpose(1, 2);
  };
  const Tensor over_keys = pad.unsqueeze(1).unsqueeze(1);
  const Tensor contexts = by::masked_attention(gg::marks_padding)(split("query"), split("key"),
                                                                  split("value"), over_keys);
  return visible(linear(weights.below("out"), contexts.transpose(1, 2).reshape(x.sizes())), pad);
}

Tensor encoder_layer(const Weights& weights, const Tensor& x, const Tensor& pad,
                     std::int64_t heads) {
  const Tensor attended =
      x + attention_of(weights.below("attention"), layer_norm(weights.below("attention_norm"), x),
                       pad, heads);
  const Weights inner = weights.below("feed_forward");
  const Tensor normalised = layer_norm(weights.below("feed_forward_norm"), attended);
  return attended + linear(inner.below("3"), by::gelu()(linear(inner.below("0"), normalised)));
}

// The states over x [T F] of one sequence; `suffix` is "l0" or "l0_reverse".
Tensor lstm(const Weights& weights, const Tensor& x, const std::string& suffix) {
  const auto part = [&](const char* name) { return weights[name + suffix]; };
  Tensor h = torch::zeros({part("weight_hh_").size(1)}, x.options());
  Tensor c = torch::zeros_like(h);
  std::vector<Tensor> states;
  for (std::int64_t t = 0; t < x.size(0); ++t) {
    std::tie(h, c) = by::lstm_cell(x[t], h, c, part("weight_ih_"), part("weight_hh_"),
                                   part("bias_ih_"), part("bias_hh_"));
    states.push_back(h);
  }
  return torch::stack(states);
}

Tensor tags_of(const Weights& weights, const Tensor& ids) {
  const Tensor x = by::embedding(ids, weights["embedding.weight"]);
  const Weights cells = weights.below("lstm");
  const Tensor back = lstm(cells, x.flip(0), "l0_reverse").flip(0);
  return linear(weights.below("head"), torch::cat({lstm(cells, x, "l0"), back}, 1));
}

Tensor unet_block(const Weights& weights, const Tensor& x) {
  const Weights norm = weights.below("1");
  const Tensor y = convolution(weights.below("0"), x, {/*stride=*/1, /*padding=*/1});
  return positive_part(by::group_norm(y, 4, norm["weight"], norm["bias"]));
}

Tensor doubled(const Tensor& x) { return x.repeat_interleave(2, 2).repeat_interleave(2, 3); }

}  // namespace

Tensor mlp(const torch::nn::Module& module, const gg::Inputs& inputs) {
  const Weights weights(module);
  const Tensor hidden = positive_part(linear(weights.below("hidden"), wide(inputs["x"])));
  return result(linear(weights.below("head"), hidden), module);
}

Tensor conv_classifier(const torch::nn::Module& module, const gg::Inputs& inputs) {
  const Weights weights(module);
  const Tensor stem = convolution_block(weights.below("stem"), wide(inputs["image"]), 1);
  const Tensor body = convolution_block(weights.below("body"), stem, 2);
  return result(linear(weights.below("head"), body.flatten(2).mean(2)), module);
}

Tensor lstm_tagger(const torch::nn::Module& module, const gg::Inputs& inputs) {
  const Weights weights(module);
  const Tensor ids = inputs["ids"];
  Tensor tags = torch::zeros({ids.size(0), ids.size(1), inputs.size("K")}, torch::kDouble);
  for (std::int64_t row = 0; row < ids.size(0); ++row) {
    const auto length = inputs["lengths"][row].item<std::int64_t>();
    if (length == 0) continue;
    tags[row].slice(0, 0, length).copy_(tags_of(weights, ids[row].slice(0, 0, length)));
  }
  return result(tags, module);
}

Tensor attention(const torch::nn::Module& module, const gg::Inputs& inputs) {
  return result(attention_of(Weights(module), wide(inputs["x"]), inputs["pad"], inputs.size("H")),
                module);
}

Tensor encoder(const torch::nn::Module& module, const gg::Inputs& inputs) {
  const Weights weights(module);
  const Tensor pad = inputs["pad"];
  Tensor x = visible(wide(inputs["x"]), pad);
  for (std::int64_t i = 0; i < inputs.size("L"); ++i) {
    x = encoder_layer(weights.below("layers." + std::to_string(i)), x, pad, inputs.size("H"));
  }
  const Tensor y = linear(weights.below("head"), layer_norm(weights.below("norm"), x));
  return result(visible(y, pad), module);
}

Tensor unet(const torch::nn::Module& module, const gg::Inputs& inputs) {
  const Weights weights(module);
  const Tensor image = wide(inputs["image"]);
  const Tensor centred = image - image.flatten(1).mean(1).reshape({-1, 1, 1, 1});
  const auto halved = by::max_pool(2);
  const Tensor top = unet_block(weights.below("top"), centred);
  const Tensor middle = unet_block(weights.below("middle"), halved(top));
  const Tensor bottom = unet_block(weights.below("bottom"), halved(middle));
  const Tensor up =
      unet_block(weights.below("merged_middle"), torch::cat({middle, doubled(bottom)}, 1));
  const Tensor merged = unet_block(weights.below("merged_top"), torch::cat({top, doubled(up)}, 1));
  return result(convolution(weights.below("head"), merged, {}), module);
}

Tensor deep_set(const torch::nn::Module& module, const gg::Inputs& inputs) {
  const Weights weights(module);
  const Weights encoder = weights.below("encoder");
  const Weights head = weights.below("head");
  const Tensor valid = inputs["valid"];
  const auto mean = by::masked_mean(gg::marks_valid);
  const Tensor points = visible(wide(inputs["points"]), valid.logical_not());
  const Tensor offsets = visible(points - mean(points, valid).unsqueeze(1), valid.logical_not());
  const Tensor distances = (offsets.square().sum(-1, true) + 1e-6).pow(0.5);
  Tensor features = torch::cat({points, distances}, -1);
  for (const char* layer : {"0", "2"}) {
    features = positive_part(linear(encoder.below(layer), features));
  }
  const Tensor hidden = positive_part(linear(head.below("0"), mean(features, valid)));
  return result(linear(head.below("2"), hidden), module);
}

}  // namespace examples::definitions
