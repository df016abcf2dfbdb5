// Asserts of torch::nn::MultiheadAttention, whose queries read a memory under a mask over queries
// and keys: a key that the mask hides from a query changes nothing for it, weights are 0 there and
// sum to one, rows of a batch stay apart, and all else of the catalogue that applies.
#include <torch/nn/modules/activation.h>

#include "gradgrind/fuzz.h"
#include "gradgrind/gradgrind.h"

namespace gg = gradgrind;

namespace {

const gg::Contract multihead_attention =
    gg::module("MultiheadAttention",
               [](const gg::Draw& draw) {
                 return torch::nn::MultiheadAttention(
                     torch::nn::MultiheadAttentionOptions(draw["E"], draw["H"]));
               })
        .dim("T", 1, 4)
        .dim("S", 1, 5)
        .dim("B", 1, 3)
        .dim("H", 1, 3)
        .dim("E", "2*H")
        .input("query", gg::floats("T B E"))
        .input("memory", gg::floats("S B E"))
        .input("mask", gg::additive_mask("T S").of("memory"))
        .output("y", gg::floats("T B E"))
        .output("weights", gg::floats("B T S", gg::between(0, 1)))
        .batch("B")
        .forward([](torch::nn::MultiheadAttentionImpl& module, const gg::Inputs& inputs) {
          return module.forward(inputs["query"], inputs["memory"], inputs["memory"], {},
                                /*need_weights=*/true, inputs["mask"]);
        });

}  // namespace

GRADGRIND_FUZZ(multihead_attention);
