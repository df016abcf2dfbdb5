#include <torch/torch.h>

#include "tests/torch_nn/contracts/contracts.h"
#include "tests/torch_nn/contracts/helpers.h"

namespace gg = gradgrind;
namespace nn = torch::nn;

namespace torch_nn {

std::vector<gg::Contract> containers() {
  const auto perceptron = [](const gg::Draw& draw) {
    return nn::Sequential(nn::Linear(draw["F"], draw["H"]), nn::ReLU(), nn::Dropout(0.3),
                          nn::Linear(draw["H"], draw["K"]), nn::LogSoftmax(-1));
  };
  const auto convolutional = [](const gg::Draw& draw) {
    return nn::Sequential(nn::Conv2d(nn::Conv2dOptions(draw["C"], 4, 3).padding(1)),
                          nn::BatchNorm2d(4), nn::ReLU(nn::ReLUOptions(/*inplace=*/true)),
                          nn::MaxPool2d(2), nn::Flatten(),
                          nn::Linear(4 * draw["S"] * draw["S"], draw["K"]));
  };
  return {
      gg::module("Perceptron", perceptron)
          .dim("B", 1, 6)
          .dim("F", 1, 6)
          .dim("H", 1, 8)
          .dim("K", 2, 4)
          .input("x", gg::floats("B F"))
          .output("y", gg::floats("B K"))
          .target("label", gg::labels("B", "K"))
          .loss([](const torch::Tensor& y, const torch::Tensor& label) {
            return nn::functional::nll_loss(y, label);
          })
          .batch("B"),
      gg::module("ConvolutionalNetwork", convolutional)
          .dim("B", 2, 4)
          .dim("C", 1, 3)
          .dim("S", 1, 3)
          .dim("K", 2, 4)
          .input("image", gg::floats("B C 2*S 2*S"))
          .output("y", gg::floats("B K"))
          .target("label", gg::labels("B", "K"))
          .loss([](const torch::Tensor& y, const torch::Tensor& label) {
            return nn::functional::cross_entropy(y, label);
          })
          .batch("B"),
      gg::module("Functional", [](const gg::Draw&) { return nn::Functional(torch::sin); })
          .dim("B", 1, 8)
          .input("x", gg::floats("B"))
          .output("y", gg::floats("B", gg::between(-1, 1)))
          .batch("B"),
  };
}

}  // namespace torch_nn
