// The same test file without Gradgrind: LibTorch, GoogleTest and RapidCheck by themselves.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <torch/torch.h>

namespace {

struct ScorerImpl : torch::nn::Module {
  ScorerImpl(std::int64_t features, std::int64_t classes)
      : head(register_module("head", torch::nn::Linear(features, classes))) {}

  torch::Tensor forward(const torch::Tensor& x) { return torch::tanh(head(x)); }

  torch::nn::Linear head;
};
TORCH_MODULE(Scorer);

}  // namespace

TEST(Scorer, GivesScoresBelowOne) {
  EXPECT_LE(Scorer(4, 3)->forward(torch::randn({2, 4})).abs().max().item<float>(), 1);
}
