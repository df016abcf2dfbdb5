// Losses of each element or row, and in the mean. Without reduction the batch dim is kept, so that
// the relations between rows apply too.
#include <torch/torch.h>

#include "tests/torch_nn/contracts/contracts.h"
#include "tests/torch_nn/contracts/helpers.h"

namespace gg = gradgrind;
namespace nn = torch::nn;

namespace torch_nn {
namespace {

template <class Module, class Options>
gg::Contract of_rows(const std::string& name) {
  return gg::module(name, [](const gg::Draw&) { return Module(Options().reduction(torch::kNone)); })
      .dim("B", 1, 8)
      .dim("D", 1, 8)
      .batch("B");
}

/// Compares each element of two tensors from the same domain.
template <class Module, class Options>
gg::Contract of_elements(const std::string& name, const gg::Domain& values) {
  return of_rows<Module, Options>(name)
      .input("x", values)
      .input("target", values)
      .output("loss", gg::floats("B D"));
}

template <class Module>
gg::Contract in_the_mean(const std::string& name) {
  return gg::module(name, [](const gg::Draw&) { return Module(); })
      .dim("B", 1, 8)
      .dim("D", 1, 8)
      .input("x", gg::floats("B D"))
      .input("target", gg::floats("B D"))
      .output("loss", gg::floats(""));
}

/// -1 and 1 of the dtype of `like`, for what LibTorch calls y.
torch::Tensor signs(const torch::Tensor& flags, const torch::Tensor& like) {
  return flags.to(like.options()) * 2 - 1;
}

template <class Module, class Options>
gg::Contract with_signs(const std::string& name, const gg::Domain& x) {
  return of_rows<Module, Options>(name)
      .forward([](Module loss, const gg::Inputs& inputs) {
        return loss(inputs["x"], signs(inputs["positive"], inputs["x"]));
      })
      .input("x", x)
      .input("positive", gg::booleans("B D"))
      .output("loss", gg::floats("B D"));
}

/// Of two or three vectors each.
template <class Module, class Options>
gg::Contract triplets(const std::string& name) {
  return of_rows<Module, Options>(name)
      .input("anchor", gg::floats("B D"))
      .input("positive", gg::floats("B D"))
      .input("negative", gg::floats("B D"))
      .output("loss", gg::floats("B"));
}

template <class Module, class Options>
gg::Contract of_classes(const std::string& name, const std::string& output) {
  return of_rows<Module, Options>(name)
      .input("x", gg::floats("B D"))
      .input("label", gg::labels("B", "D"))
      .output("loss", gg::floats(output));
}

/// Gives back a struct, of which one member is a tensor.
struct AdaptiveLogSoftmax : nn::Module {
  explicit AdaptiveLogSoftmax(std::int64_t features)
      : loss(register_module("loss",
                             nn::AdaptiveLogSoftmaxWithLoss(
                                 nn::AdaptiveLogSoftmaxWithLossOptions(features, 8, {2, 5})))) {}

  torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& label) {
    return loss(x, label).output;
  }

  nn::AdaptiveLogSoftmaxWithLoss loss;
};

}  // namespace

std::vector<gg::Contract> losses() {
  const gg::Domain values = gg::floats("B D");
  return {
      in_the_mean<nn::L1Loss>("L1LossMean"),
      in_the_mean<nn::MSELoss>("MSELossMean"),
      in_the_mean<nn::SmoothL1Loss>("SmoothL1LossMean"),
      of_elements<nn::L1Loss, nn::L1LossOptions>("L1Loss", values),
      of_elements<nn::MSELoss, nn::MSELossOptions>("MSELoss", values),
      of_elements<nn::SmoothL1Loss, nn::SmoothL1LossOptions>("SmoothL1Loss", values),
      of_elements<nn::HuberLoss, nn::HuberLossOptions>("HuberLoss", values),
      // The logarithm of a probability is infinitely steep at 0: the target is a constant.
      of_elements<nn::BCELoss, nn::BCELossOptions>("BCELoss", gg::probabilities("B D"))
          .forward([](nn::BCELoss loss, const gg::Inputs& inputs) {
            return loss(inputs["x"], inputs["target"].detach());
          })
          .no_gradient_to("target", "its gradient is infinite at 0"),
      of_rows<nn::BCEWithLogitsLoss, nn::BCEWithLogitsLossOptions>("BCEWithLogitsLoss")
          .input("x", values)
          .input("target", gg::probabilities("B D"))
          .output("loss", values),
      of_rows<nn::KLDivLoss, nn::KLDivLossOptions>("KLDivLoss")
          .forward([](nn::KLDivLoss loss, const gg::Inputs& inputs) {
            return loss(inputs["log_probability"], inputs["target"].detach());
          })
          .no_gradient_to("target", "its gradient is infinite at 0")
          .input("log_probability", gg::floats("B D", gg::between(-20, 0)))
          .input("target", gg::simplices("B D"))
          .output("loss", values),
      of_rows<nn::PoissonNLLLoss, nn::PoissonNLLLossOptions>("PoissonNLLLoss")
          .input("log_rate", gg::floats("B D", gg::between(-10, 10)))
          .input("count", gg::floats("B D", gg::between(0, 20)))
          .output("loss", values),
      with_signs<nn::HingeEmbeddingLoss, nn::HingeEmbeddingLossOptions>("HingeEmbeddingLoss",
                                                                        values),
      // log(1 + exp(-x)) by its letters: infinite in float32 from 89 on.
      with_signs<nn::SoftMarginLoss, nn::SoftMarginLossOptions>(
          "SoftMarginLoss", gg::floats("B D", gg::between(-80, 80))),
      of_rows<nn::CosineEmbeddingLoss, nn::CosineEmbeddingLossOptions>("CosineEmbeddingLoss")
          .forward([](nn::CosineEmbeddingLoss loss, const gg::Inputs& inputs) {
            return loss(inputs["a"], inputs["b"], signs(inputs["similar"], inputs["a"]));
          })
          .input("a", values)
          .input("b", values)
          .input("similar", gg::booleans("B"))
          .output("loss", gg::floats("B")),
      of_rows<nn::MarginRankingLoss, nn::MarginRankingLossOptions>("MarginRankingLoss")
          .forward([](nn::MarginRankingLoss loss, const gg::Inputs& inputs) {
            return loss(inputs["a"], inputs["b"], signs(inputs["first"], inputs["a"]));
          })
          .input("a", values)
          .input("b", values)
          .input("first", gg::booleans("B D"))
          .output("loss", values),
      of_rows<nn::MultiLabelSoftMarginLoss, nn::MultiLabelSoftMarginLossOptions>(
          "MultiLabelSoftMarginLoss")
          .forward([](nn::MultiLabelSoftMarginLoss loss, const gg::Inputs& inputs) {
            return loss(inputs["x"], inputs["labels"].to(inputs["x"].options()));
          })
          .input("x", values)
          .input("labels", gg::booleans("B D"))
          .output("loss", gg::floats("B")),
      triplets<nn::TripletMarginLoss, nn::TripletMarginLossOptions>("TripletMarginLoss"),
      triplets<nn::TripletMarginWithDistanceLoss, nn::TripletMarginWithDistanceLossOptions>(
          "TripletMarginWithDistanceLoss"),
      of_classes<nn::NLLLoss, nn::NLLLossOptions>("NLLLoss", "B"),
      of_classes<nn::CrossEntropyLoss, nn::CrossEntropyLossOptions>("CrossEntropyLoss", "B"),
      of_classes<nn::MultiMarginLoss, nn::MultiMarginLossOptions>("MultiMarginLoss", "B")
          .except("nan_never_becomes_a_number", "LibTorch adds only margins that are above 0"),
      gg::module(
          "CTCLoss",
          [](const gg::Draw&) { return nn::CTCLoss(nn::CTCLossOptions().reduction(torch::kNone)); })
          .forward([](nn::CTCLoss loss, const gg::Inputs& inputs) {
            const auto log_probabilities = inputs["x"].log_softmax(-1);
            const auto frames = torch::full({inputs.size("B")}, inputs.size("T"), torch::kLong);
            const auto letters = torch::full({inputs.size("B")}, inputs.size("S"), torch::kLong);
            return loss(log_probabilities, inputs["text"] + 1, frames, letters);
          })
          .dim("B", 1, 4)
          .dim("T", 4, 8)
          .dim("S", 1, 2)
          .dim("V", 2, 4)
          .input("x", gg::floats("T B V+1"))
          .input("text", gg::ids("B S", "V"))
          .output("loss", gg::floats("B"))
          .batch("B")
          .except("refuses_ids_out_of_range", "LibTorch's ctc_loss trusts its labels"),
      gg::module(
          "AdaptiveLogSoftmaxWithLoss",
          [](const gg::Draw& draw) { return std::make_shared<AdaptiveLogSoftmax>(draw["D"]); })
          .dim("B", 1, 8)
          .dim("D", 16, 24)
          .input("x", gg::floats("B D"))
          .input("label", gg::labels("B", "8"))
          .output("log_probability", gg::floats("B"))
          .batch("B"),
  };
}

}  // namespace torch_nn
