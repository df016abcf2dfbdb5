#include "modules/encoder.h"

#include "modules/expect.h"

namespace examples {
namespace {

torch::nn::LayerNorm layer_norm(std::int64_t size) {
  return torch::nn::LayerNorm(torch::nn::LayerNormOptions({size}));
}

void expect_inputs(const torch::Tensor& x, const torch::Tensor& pad, std::int64_t embedding) {
  expect_shape("x", x, {kAnySize, kAnySize, embedding});
  expect_mask("pad", pad, {x.size(0), x.size(1)});
}

}  // namespace

EncoderLayerImpl::EncoderLayerImpl(std::int64_t embedding, std::int64_t heads, double dropout) {
  const std::int64_t width = 2 * embedding;
  attention_norm_ = register_module("attention_norm", layer_norm(embedding));
  attention_ = register_module("attention", Attention(embedding, heads, embedding, dropout));
  feed_forward_norm_ = register_module("feed_forward_norm", layer_norm(embedding));
  feed_forward_ = register_module(
      "feed_forward",
      torch::nn::Sequential(torch::nn::Linear(embedding, width), torch::nn::GELU(),
                            torch::nn::Dropout(dropout), torch::nn::Linear(width, embedding)));
  dropout_ = register_module("dropout", torch::nn::Dropout(dropout));
}

torch::Tensor EncoderLayerImpl::forward(const torch::Tensor& x, const torch::Tensor& pad) {
  const auto attended = x + dropout_(attention_(attention_norm_(x), pad));
  return attended + dropout_(feed_forward_->forward(feed_forward_norm_(attended)));
}

EncoderImpl::EncoderImpl(std::int64_t embedding, std::int64_t heads, std::int64_t layers,
                         std::int64_t outputs, double dropout)
    : embedding_(embedding) {
  expect_positive("layers", layers);
  expect_positive("outputs", outputs);
  layers_ = register_module("layers", torch::nn::ModuleList());
  for (std::int64_t i = 0; i < layers; ++i) {
    layers_->push_back(EncoderLayer(embedding, heads, dropout));
  }
  norm_ = register_module("norm", layer_norm(embedding));
  head_ = register_module("head", torch::nn::Linear(embedding, outputs));
}

torch::Tensor EncoderImpl::forward(const torch::Tensor& x, const torch::Tensor& pad) {
  expect_inputs(x, pad, embedding_);
  auto states = x.masked_fill(pad.unsqueeze(-1), 0);
  for (const auto& layer : *layers_) states = layer->as<EncoderLayer>()->forward(states, pad);
  return head_(norm_(states)).masked_fill(pad.unsqueeze(-1), 0);
}

EncoderForgetsLayersImpl::EncoderForgetsLayersImpl(std::int64_t embedding, std::int64_t heads,
                                                   std::int64_t layers, std::int64_t outputs,
                                                   double dropout)
    : embedding_(embedding) {
  expect_positive("layers", layers);
  expect_positive("outputs", outputs);
  for (std::int64_t i = 0; i < layers; ++i) layers_.emplace_back(embedding, heads, dropout);
  norm_ = register_module("norm", layer_norm(embedding));
  head_ = register_module("head", torch::nn::Linear(embedding, outputs));
}

torch::Tensor EncoderForgetsLayersImpl::forward(const torch::Tensor& x, const torch::Tensor& pad) {
  expect_inputs(x, pad, embedding_);
  auto states = x.masked_fill(pad.unsqueeze(-1), 0);
  for (auto& layer : layers_) states = layer(states, pad);
  return head_(norm_(states)).masked_fill(pad.unsqueeze(-1), 0);
}

}  // namespace examples
