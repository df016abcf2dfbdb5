#include <torch/torch.h>

#include "tests/torch_nn/contracts/contracts.h"
#include "tests/torch_nn/contracts/helpers.h"

namespace gg = gradgrind;
namespace nn = torch::nn;
namespace by = gradgrind::references;

namespace torch_nn {
namespace {

gg::Contract over_ids(const gg::Contract& subject) {
  return subject.dim("B", 1, 6)
      .dim("T", 1, 6)
      .dim("V", 2, 9)
      .dim("E", 1, 5)
      .input("ids", gg::ids("B T", "V"))
      .batch("B");
}

template <class Mode>
gg::Contract bag(const std::string& name, Mode mode) {
  return over_ids(gg::module(name,
                             [mode](const gg::Draw& draw) {
                               return nn::EmbeddingBag(
                                   nn::EmbeddingBagOptions(draw["V"], draw["E"]).mode(mode));
                             }))
      .output("y", gg::floats("B E"));
}

}  // namespace

std::vector<gg::Contract> embeddings() {
  const auto padded = [](const gg::Draw& draw) {
    return nn::Embedding(nn::EmbeddingOptions(draw["V"], draw["E"]).padding_idx(0));
  };
  const auto pretrained = [](const gg::Draw& draw) {
    return nn::Embedding::from_pretrained(torch::randn({draw["V"], draw["E"]}));
  };
  return {
      over_ids(gg::module("Embedding",
                          [](const gg::Draw& draw) { return nn::Embedding(draw["V"], draw["E"]); }))
          .output("y", gg::floats("B T E"))
          .reference([](const nn::EmbeddingImpl& table, const gg::Inputs& inputs) {
            return by::embedding(inputs["ids"], table.weight);
          }),
      over_ids(gg::module("EmbeddingPadded", padded)).output("y", gg::floats("B T E")),
      over_ids(gg::module("EmbeddingPretrained", pretrained))
          .output("y", gg::floats("B T E"))
          .frozen("weight")
          .except("clone_is_equal_then_independent",
                  "LibTorch's clone of a pretrained embedding shares the weight that was given"),
      bag("EmbeddingBagSum", torch::kSum),
      bag("EmbeddingBagMean", torch::kMean),
      bag("EmbeddingBagMax", torch::kMax),
  };
}

}  // namespace torch_nn
