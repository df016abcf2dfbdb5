// Asserts of torch::nn::TransformerEncoderLayer under a causal mask and a padding mask at once: a
// token sees neither the future nor the padding, in values and in gradients, and more padding
// changes nothing.
#include <ATen/ops/full.h>
#include <torch/nn/modules/transformerlayer.h>

#include <limits>

#include "gradgrind/fuzz.h"
#include "gradgrind/gradgrind.h"

namespace gg = gradgrind;

namespace {

at::Tensor ahead(const at::Tensor& x) {
  const at::Tensor hidden =
      at::full({x.size(0), x.size(0)}, -std::numeric_limits<double>::infinity(), x.options());
  return hidden.triu(1);
}

const gg::Contract transformer_encoder_layer =
    gg::module(
        "TransformerEncoderLayer",
        [](const gg::Draw& draw) {
          return torch::nn::TransformerEncoderLayer(
              torch::nn::TransformerEncoderLayerOptions(draw["E"], draw["H"]).dim_feedforward(4));
        })
        .dim("T", 1, 5)
        .dim("B", 1, 3)
        .dim("H", 1, 2)
        .dim("E", "2*H")
        .input("x", gg::floats("T B E"))
        .input("pad", gg::padding_mask("B T", gg::marks_padding).of("x"))
        .output("y", gg::floats("T B E"))
        .batch("B")
        .sequence("T")
        .causal()
        .forward([](torch::nn::TransformerEncoderLayerImpl& layer, const gg::Inputs& inputs) {
          return layer.forward(inputs["x"], ahead(inputs["x"]), inputs["pad"]);
        });

}  // namespace

GRADGRIND_FUZZ(transformer_encoder_layer);
