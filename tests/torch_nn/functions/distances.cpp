#include <ATen/ops/cdist.h>
#include <ATen/ops/cosine_similarity.h>
#include <ATen/ops/dist.h>
#include <ATen/ops/pairwise_distance.h>
#include <ATen/ops/pdist.h>
#include <ATen/ops/renorm.h>
#include <torch/nn/functional/normalization.h>

#include "tests/torch_nn/functions/functions.h"
#include "tests/torch_nn/functions/helpers.h"

namespace gg = gradgrind;

namespace torch_functions {
namespace {

using at::Tensor;

template <class Function>
gg::Contract between_points(const std::string& name, Function function, const std::string& output,
                            gg::Location location = gg::Location::here()) {
  return gg::function(name, function, location)
      .dim("B", 1, 3)
      .dim("N", 1, 5)
      .dim("D", 1, 5)
      .input("a", gg::floats("B N D"))
      .input("b", gg::floats("B N D"))
      .output("y", gg::floats(output))
      .batch("B");
}

auto cdist(double order) {
  return [order](const Tensor& a, const Tensor& b) { return at::cdist(a, b, order); };
}

}  // namespace

std::vector<gg::Contract> distances() {
  const auto cosine = [](const Tensor& a, const Tensor& b) {
    return at::cosine_similarity(a, b, -1);
  };
  const auto pairwise = [](const Tensor& a, const Tensor& b) {
    return at::pairwise_distance(a, b);
  };
  const auto pdist = [](const Tensor& x) { return at::pdist(x); };
  const auto normalize = [](const Tensor& x) {
    return torch::nn::functional::normalize(x,
                                            torch::nn::functional::NormalizeFuncOptions().dim(-1));
  };
  const gg::Law symmetric = gg::symmetric("a", "b");
  return {
      between_points("cdist_1", cdist(1), "B N N"),
      between_points("cdist_2", cdist(2), "B N N"),
      between_points("cdist_3", cdist(3), "B N N"),
      between_points("pairwise_distance", pairwise, "B N"),
      between_points("cosine_similarity", cosine, "B N").declares(symmetric),
      gg::function("dist", [](const Tensor& a, const Tensor& b) { return at::dist(a, b); })
          .dim("N", 1, 5)
          .input("a", gg::floats("N"))
          .input("b", gg::floats("N"))
          .output("y", gg::floats(""))
          .declares(symmetric),
      gg::function("pdist", pdist)
          .dim("N", 2, 6)
          .dim("D", 1, 5)
          .input("x", gg::floats("N D"))
          .output("y", gg::floats("N*(N-1)/2")),
      gg::function("renorm", [](const Tensor& x) { return at::renorm(x, 2, 0, 5); })
          .dim("B", 1, 5)
          .dim("D", 1, 5)
          .input("x", gg::floats("B D"))
          .output("y", gg::floats("B D"))
          .batch("B"),
      of_rows("normalize", normalize).output("y", gg::floats("B *S D", gg::between(-1.001, 1.001))),
  };
}

}  // namespace torch_functions
