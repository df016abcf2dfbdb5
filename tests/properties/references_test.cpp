// The references are what LibTorch computes, and optimizers are subjects.
#include <gmock/gmock.h>
#include <torch/torch.h>

#include "gradgrind/gradgrind.h"
#include "gradgrind/properties/optimizer.h"
#include "gradgrind/properties/references.h"
#include "tests/properties/against_reference.h"

namespace gradgrind {
namespace {

using torch::Tensor;
namespace nn = torch::nn;
namespace F = torch::nn::functional;

template <class Function>
Contract classifier(const std::string& name, Function function) {
  return gradgrind::function(name, function)
      .dim("B", 1, 5)
      .dim("K", 2, 5)
      .input("logits", floats("B K"))
      .input("label", labels("B", "K"))
      .output("loss", floats(""));
}

template <class Function>
Contract of_pairs(const std::string& name, const Domain& target, Function function) {
  return gradgrind::function(name, function)
      .dim("B", 1, 5)
      .dim("D", 1, 4)
      .input("x", floats("B D"))
      .input("target", target)
      .output("loss", floats(""));
}

TEST(References, KnowCrossEntropy) {
  expect_agreement(classifier("Plain", [](const Tensor& x, const Tensor& y) {
                     return F::cross_entropy(x, y);
                   }).reference(references::cross_entropy()));
  references::CrossEntropyOptions options;
  options.smoothing = 0.1;
  options.ignore_index = 1;
  options.reduction = references::Reduction::sum;
  expect_agreement(
      classifier("Smoothed", [](const Tensor& x, const Tensor& y) {
        return F::cross_entropy(
            x, y,
            F::CrossEntropyFuncOptions().label_smoothing(0.1).ignore_index(1).reduction(
                torch::kSum));
      }).reference(references::cross_entropy(options)));
}

TEST(References, TellAWrongDenominator) {
  references::CrossEntropyOptions options;
  options.ignore_index = 0;
  const auto over_all_rows = [](const Tensor& x, const Tensor& y) {
    return F::cross_entropy(x, y,
                            F::CrossEntropyFuncOptions().ignore_index(0).reduction(torch::kSum)) /
           y.size(0);
  };
  EXPECT_EQ(
      against_reference(
          classifier("OverAllRows", over_all_rows).reference(references::cross_entropy(options)))
          .outcome,
      Outcome::fails);
}

TEST(References, KnowOtherLossesAndAccuracy) {
  expect_agreement(of_pairs("Squared", floats("B D"), [](const Tensor& x, const Tensor& y) {
                     return torch::mse_loss(x, y);
                   }).reference(references::mean_squared_error()));
  expect_agreement(of_pairs("Binary", probabilities("B D"), [](const Tensor& x, const Tensor& y) {
                     return torch::binary_cross_entropy_with_logits(x, y);
                   }).reference(references::binary_cross_entropy_with_logits()));
  expect_agreement(classifier("Accuracy", [](const Tensor& x, const Tensor& y) {
                     return x.argmax(-1).eq(y).to(x.scalar_type()).mean();
                   }).reference(references::accuracy()));
}

TEST(References, KnowMaskedMeansAndSoftmax) {
  const auto masked = [](const std::string& name, auto function) {
    return gradgrind::function(name, function)
        .dim("B", 1, 3)
        .dim("T", 1, 5)
        .input("x", floats("B T"))
        .input("pad", padding_mask("B T", marks_padding).of("x"));
  };
  expect_agreement(masked("Mean",
                          [](const Tensor& x, const Tensor& pad) {
                            return x.masked_fill(pad, 0).sum(1) / pad.logical_not().sum(1);
                          })
                       .output("y", floats("B"))
                       .reference(references::masked_mean(marks_padding)));
  expect_agreement(
      masked("Softmax", [](const Tensor& x,
                           const Tensor& pad) { return x.masked_fill(pad, -INFINITY).softmax(-1); })
          .output("y", floats("B T"))
          .reference(references::masked_softmax(marks_padding)));
}

TEST(References, KnowAttention) {
  const auto attend = [](const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& hidden) {
    const Tensor scores = q.matmul(k.transpose(-2, -1)) / std::sqrt(q.size(-1));
    return scores.masked_fill(hidden, -INFINITY).softmax(-1).matmul(v);
  };
  expect_agreement(gradgrind::function("Attention", attend)
                       .dim("B", 1, 2)
                       .dim("T", 1, 4)
                       .dim("D", 1, 4)
                       .input("q", floats("B T D"))
                       .input("k", floats("B T D"))
                       .input("v", floats("B T D"))
                       .input("hidden", causal_mask("T T", marks_padding))
                       .output("y", floats("B T D"))
                       .reference(references::masked_attention(marks_padding)));
}

TEST(References, KnowNormalisations) {
  expect_agreement(gradgrind::function("LayerNorm",
                                       [](const Tensor& x) {
                                         return torch::layer_norm(x, {x.size(-1)}, {}, {}, 1e-3);
                                       })
                       .dim("B", 1, 4)
                       .dim("D", 1, 8)
                       .input("x", floats("B D"))
                       .output("y", floats("B D"))
                       .reference(references::layer_norm(1e-3)));
}

TEST(References, ReadTheParametersOfAModule) {
  const auto by_formula = [](nn::LSTMCell cell, const Inputs& inputs) {
    return references::lstm_cell(inputs["x"], inputs["h"], inputs["c"], cell->weight_ih,
                                 cell->weight_hh, cell->bias_ih, cell->bias_hh);
  };
  expect_agreement(
      gradgrind::module("LSTMCell", [](const Draw& d) { return nn::LSTMCell(d["F"], d["H"]); })
          .forward([](nn::LSTMCell cell, const Inputs& inputs) {
            return cell(inputs["x"], std::make_tuple(inputs["h"], inputs["c"]));
          })
          .dim("B", 1, 3)
          .dim("F", 1, 4)
          .dim("H", 1, 4)
          .input("x", floats("B F"))
          .input("h", floats("B H"))
          .input("c", floats("B H"))
          .output("h1", floats("B H"))
          .output("c1", floats("B H"))
          .reference(by_formula));
  const auto gru_by_formula = [](nn::GRUCell cell, const Inputs& inputs) {
    return references::gru_cell(inputs["x"], inputs["h"], cell->weight_ih, cell->weight_hh,
                                cell->bias_ih, cell->bias_hh);
  };
  expect_agreement(
      gradgrind::module("GRUCell", [](const Draw& d) { return nn::GRUCell(d["F"], d["H"]); })
          .dim("B", 1, 3)
          .dim("F", 1, 4)
          .dim("H", 1, 4)
          .input("x", floats("B F"))
          .input("h", floats("B H"))
          .output("h1", floats("B H"))
          .reference(gru_by_formula));
}

TEST(References, KnowOptimizers) {
  const auto sgd = [](const std::vector<Tensor>& parameters) {
    return torch::optim::SGD(parameters,
                             torch::optim::SGDOptions(0.1).momentum(0.9).weight_decay(0.01));
  };
  references::SgdOptions options;
  options.lr = 0.1;
  options.momentum = 0.9;
  options.weight_decay = 0.01;
  expect_agreement(gradgrind::optimizer("SGD", sgd).reference(references::sgd(options)));

  const auto adam = [](const std::vector<Tensor>& parameters) {
    return torch::optim::Adam(parameters, torch::optim::AdamOptions(0.01).weight_decay(0.1));
  };
  references::AdamOptions adam_options;
  adam_options.lr = 0.01;
  adam_options.weight_decay = 0.1;
  const Contract of_adam = gradgrind::optimizer("Adam", adam);
  expect_agreement(of_adam.reference(references::adam(adam_options)));
  adam_options.decoupled = true;
  EXPECT_EQ(against_reference(of_adam.reference(references::adam(adam_options))).outcome,
            Outcome::fails);
}

TEST(Optimizers, HoldTheSuite) {
  const FileFolder folder;
  const Contract contract =
      gradgrind::optimizer("AdamW", [](const std::vector<Tensor>& parameters) {
        return torch::optim::AdamW(parameters, torch::optim::AdamWOptions(0.01));
      });
  Settings settings = in_process(folder);
  settings.scale = 0.2;
  const CheckResult checked = check_all(contract, suite_of(contract), settings);
  EXPECT_THAT(checked.problems, testing::IsEmpty());
  for (const Finding& finding : checked.findings()) ADD_FAILURE() << finding.report;
}

}  // namespace
}  // namespace gradgrind
