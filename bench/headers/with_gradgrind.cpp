// A test file as a user writes one: a module, its contract, and the tests that follow.
#include <gradgrind/gradgrind.h>
#include <gradgrind/gtest.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <torch/torch.h>

namespace gg = gradgrind;

namespace {

struct ScorerImpl : torch::nn::Module {
  ScorerImpl(std::int64_t features, std::int64_t classes)
      : head(register_module("head", torch::nn::Linear(features, classes))) {}

  torch::Tensor forward(const torch::Tensor& x) { return torch::tanh(head(x)); }

  torch::nn::Linear head;
};
TORCH_MODULE(Scorer);

const auto scorer =
    gg::module("Scorer", [](const gg::Draw& draw) { return Scorer(draw["F"], draw["K"]); })
        .dim("B", 1, 8)
        .dim("F", 1, 16)
        .dim("K", 2, 5)
        .input("x", gg::floats("B F"))
        .output("score", gg::floats("B K"))
        .batch("B");

}  // namespace

GRADGRIND_TEST(scorer);

TEST(Scorer, GivesScoresBelowOne) {
  EXPECT_LE(Scorer(4, 3)->forward(torch::randn({2, 4})).abs().max().item<float>(), 1);
}
