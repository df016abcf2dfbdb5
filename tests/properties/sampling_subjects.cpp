// What draws at random, from its distribution or nearly so.
#include <torch/torch.h>

#include <cmath>

#include "tests/properties/subjects.h"

namespace gradgrind {
namespace {

using torch::Tensor;
namespace nn = torch::nn;

Contract drawing(const std::string& name, Tensor (*function)(const Tensor&)) {
  return gradgrind::function(name, function)
      .dim("B", 1, 4)
      .dim("D", 2, 5)
      .input("x", floats("B D"))
      .output("y", floats("B D"))
      .not_differentiable("it draws");
}

Tensor gaussian(const Tensor& x) { return torch::randn_like(x); }
Tensor of_twice_the_variance(const Tensor& x) { return torch::randn_like(x) * std::sqrt(2.0); }
Tensor one_row_for_all(const Tensor& x) { return torch::randn_like(x.slice(0, 0, 1)).expand_as(x); }
Tensor kept(const Tensor& x) { return torch::dropout(torch::ones_like(x), 0.3, true).ne(0).to(x); }

// -- Initial weights ------------------------------------------------------------------------------

// The bound of LibTorch's Linear, one over the root of its inputs; or of its outputs.
template <bool kConfuses>
struct Initialised : nn::Module {
  explicit Initialised(std::int64_t inputs)
      : weight(register_parameter("weight", torch::empty({7, inputs}))) {
    const double fan = kConfuses ? 7 : static_cast<double>(inputs);
    nn::init::uniform_(weight, -1 / std::sqrt(fan), 1 / std::sqrt(fan));
  }
  Tensor forward(const Tensor& x) { return nn::functional::linear(x, weight); }
  Tensor weight;
};

template <bool kConfuses>
Contract initialised(const std::string& name) {
  return gradgrind::module(
             name, [](const Draw& d) { return std::make_shared<Initialised<kConfuses>>(d["D"]); })
      .dim("B", 1, 3)
      .dim("D", 2, 5)
      .input("x", floats("B D"))
      .output("y", floats("B 7"))
      .batch("B")
      .initialises("weight", [](const Draw& d) {
        const double bound = 1 / std::sqrt(static_cast<double>(d["D"]));
        return uniform(-bound, bound);
      });
}

}  // namespace

std::vector<Subjects> sampling_subjects() {
  const char* draws = "draws_follow_their_distribution";
  const Contract sound = drawing("Gaussian", gaussian).draws("y", normal(0, 1));
  return {
      {draws, drawing("OtherVariance", of_twice_the_variance).draws("y", normal(0, 1)), sound},
      {draws, drawing("OneRowForAll", one_row_for_all).draws("y", normal(0, 1)), sound},
      {draws, drawing("KeepsForDrops", kept).draws("y", bernoulli(0.3)),
       drawing("Kept", kept).draws("y", bernoulli(0.7))},
      {"initial_values_follow_their_distribution", initialised<true>("ConfusesFans"),
       initialised<false>("Initialised")},
  };
}

}  // namespace gradgrind
