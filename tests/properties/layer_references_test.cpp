// The references of layers, pools and norms are what LibTorch computes.
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "gradgrind/gradgrind.h"
#include "gradgrind/properties/references.h"
#include "tests/properties/against_reference.h"

namespace gradgrind {
namespace {

using torch::Tensor;
namespace nn = torch::nn;

// A layer with a reference that reads its parameters, over [B C ...] of two spatial dims.
template <class Factory, class Reference>
Contract over_images(const std::string& name, Factory factory, Reference reference) {
  return gradgrind::module(name, factory)
      .dim("B", 1, 3)
      .dim("C", 1, 3)
      .dim("H", 4, 7)
      .dim("W", 4, 7)
      .input("x", floats("B C H W"))
      .reference(reference);
}

TEST(LayerReferences, KnowConvolutions) {
  const auto strided = [](const Draw& d) {
    return nn::Conv2d(nn::Conv2dOptions(d["C"], 2, 3).stride(2).padding(1).bias(false));
  };
  expect_agreement(
      over_images("Strided", strided, [](const nn::Conv2dImpl& conv, const Inputs& inputs) {
        return references::convolution(inputs["x"], conv.weight, {}, {/*stride=*/2, /*padding=*/1});
      }));
  expect_agreement(gradgrind::module("Conv3d", [](const Draw&) { return nn::Conv3d(2, 3, 2); })
                       .dim("B", 1, 2)
                       .dim("D", 2, 4)
                       .input("x", floats("B 2 D D D"))
                       .reference([](const nn::Conv3dImpl& conv, const Inputs& inputs) {
                         return references::convolution(inputs["x"], conv.weight, conv.bias);
                       }));
}

TEST(LayerReferences, KnowPoolsThatLeaveARest) {
  const auto most = [](const Draw&) { return nn::MaxPool2d(3); };
  const auto mean = [](const Draw&) { return nn::AvgPool2d(3); };
  expect_agreement(over_images("MaxPool", most, references::max_pool(3)));
  expect_agreement(over_images("AvgPool", mean, references::average_pool(3)));
}

TEST(LayerReferences, KnowNormsOfChannels) {
  const auto batch_norm = [](const Draw& d) {
    return nn::BatchNorm2d(nn::BatchNorm2dOptions(d["C"]).eps(0.1).affine(false));
  };
  expect_agreement(
      over_images("BatchNorm", batch_norm, [](const nn::BatchNorm2dImpl& norm, const Inputs& in) {
        return references::normalised_by(in["x"], norm.running_mean, norm.running_var, {}, {}, 0.1);
      }));
  const auto group_norm = [](const Draw& d) {
    return nn::GroupNorm(nn::GroupNormOptions(1, d["C"]).eps(0.1));
  };
  expect_agreement(
      over_images("GroupNorm", group_norm, [](const nn::GroupNormImpl& norm, const Inputs& in) {
        return references::group_norm(in["x"], 1, norm.weight, norm.bias, 0.1);
      }));
}

TEST(LayerReferences, KnowMapsOfTheLastDim) {
  const auto over_rows = [](const std::string& name, Tensor (*function)(const Tensor&)) {
    return gradgrind::function(name, function)
        .dim("B", 1, 4)
        .dim("D", 1, 5)
        .input("x", floats("B 2*D"));
  };
  expect_agreement(over_rows("Softmax", [](const Tensor& x) {
                     return x.softmax(-1);
                   }).reference(references::softmax()));
  expect_agreement(over_rows("LogSoftmax", [](const Tensor& x) {
                     return x.log_softmax(-1);
                   }).reference(references::log_softmax()));
  expect_agreement(over_rows("LogSumExp", [](const Tensor& x) {
                     return x.logsumexp(-1);
                   }).reference(references::log_sum_exp()));
  expect_agreement(over_rows("Gelu", [](const Tensor& x) {
                     return torch::gelu(x);
                   }).reference(references::gelu()));
  expect_agreement(
      over_rows("Glu", [](const Tensor& x) { return torch::glu(x); }).reference(references::glu()));
}

TEST(LayerReferences, KnowPairsOfVectors) {
  const auto cosine = [](const Tensor& x, const Tensor& y) {
    return torch::cosine_similarity(x, y);
  };
  expect_agreement(gradgrind::function("Cosine", cosine)
                       .dim("B", 1, 4)
                       .dim("D", 1, 5)
                       .input("x", floats("B D"))
                       .input("y", floats("B D"))
                       .reference(references::cosine_similarity()));
  expect_agreement(gradgrind::module("Bilinear", [](const Draw&) { return nn::Bilinear(2, 3, 4); })
                       .dim("B", 1, 4)
                       .input("a", floats("B 2"))
                       .input("b", floats("B 3"))
                       .reference([](const nn::BilinearImpl& layer, const Inputs& inputs) {
                         return references::bilinear(inputs["a"], inputs["b"], layer.weight,
                                                     layer.bias);
                       }));
}

TEST(LayerReferences, TakeStepsOfARecurrentNetwork) {
  expect_agreement(gradgrind::module("RNNCell", [](const Draw&) { return nn::RNNCell(3, 2); })
                       .dim("B", 1, 3)
                       .input("x", floats("B 3"))
                       .input("h", floats("B 2"))
                       .reference([](const nn::RNNCellImpl& cell, const Inputs& inputs) {
                         return references::rnn_cell(inputs["x"], inputs["h"], cell.weight_ih,
                                                     cell.weight_hh, cell.bias_ih, cell.bias_hh);
                       }));
  expect_agreement(gradgrind::module("Embedding", [](const Draw&) { return nn::Embedding(5, 2); })
                       .dim("B", 1, 3)
                       .input("ids", ids("B 2", "5"))
                       .reference([](const nn::EmbeddingImpl& table, const Inputs& inputs) {
                         return references::embedding(inputs["ids"], table.weight);
                       }));
}

}  // namespace
}  // namespace gradgrind
