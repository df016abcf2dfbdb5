#include <torch/torch.h>

#include "tests/torch_nn/contracts/contracts.h"
#include "tests/torch_nn/contracts/helpers.h"

namespace gg = gradgrind;
namespace nn = torch::nn;

namespace torch_nn {
namespace {

template <class Module>
gg::Contract dropout(const std::string& name, const std::string& space) {
  return with_dims(
             gg::module(name, [](const gg::Draw& draw) { return Module(draw.get<double>("rate")); })
                 .param("rate", gg::real(0, 0.9))
                 .dim("B", 1, 6)
                 .dim("C", 1, 4),
             space, 1, 4, gg::Location::here())
      .input("x", gg::floats(shape_over("B C", space)))
      .output("y", gg::floats(shape_over("B C", space)))
      .batch("B")
      .may_alias("gives its input back in evaluation");
}

template <class Module>
gg::Contract between_vectors(const std::string& name) {
  return gg::module(name, [](const gg::Draw&) { return Module(); })
      .dim("B", 1, 8)
      .dim("D", 1, 8)
      .input("a", gg::floats("B D"))
      .input("b", gg::floats("B D"))
      .output("y", gg::floats("B"))
      .batch("B");
}

}  // namespace

std::vector<gg::Contract> regularisation() {
  return {
      dropout<nn::Dropout>("Dropout", "L"),
      dropout<nn::Dropout2d>("Dropout2d", "HW"),
      dropout<nn::Dropout3d>("Dropout3d", "DHW"),
      dropout<nn::AlphaDropout>("AlphaDropout", "L"),
      dropout<nn::FeatureAlphaDropout>("FeatureAlphaDropout", "HW"),
  };
}

std::vector<gg::Contract> distances() {
  return {
      between_vectors<nn::CosineSimilarity>("CosineSimilarity")
          .reference(gg::references::cosine_similarity()),
      between_vectors<nn::PairwiseDistance>("PairwiseDistance"),
  };
}

}  // namespace torch_nn
