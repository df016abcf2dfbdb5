// Modules that train, save and switch modes, each with a fault beside it.
#include <torch/torch.h>

#include "tests/properties/subjects.h"

namespace gradgrind {
namespace {

using torch::Tensor;
namespace nn = torch::nn;

template <class Module>
Contract over_rows(const std::string& name) {
  return gradgrind::module(name, [](const Draw&) { return std::make_shared<Module>(); })
      .dim("B", 1, 4)
      .input("x", floats("B 3"))
      .output("y", floats("B 2"))
      .batch("B");
}

// -- Batches and frozen parts ---------------------------------------------------------------------

// Averages over the batch what backward has to add up.
struct MeanBackward : torch::autograd::Function<MeanBackward> {
  static Tensor forward(torch::autograd::AutogradContext*, const Tensor& x, const Tensor& bias) {
    return x + bias;
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext*,
                                                 torch::autograd::variable_list gradients) {
    return {gradients[0], gradients[0].mean(0)};
  }
};

template <bool kAverages>
struct Biased : nn::Module {
  Biased()
      : linear(register_module("linear", nn::Linear(3, 2))),
        bias(register_parameter("bias", torch::rand({2}))) {}
  Tensor forward(const Tensor& x) {
    const Tensor y = linear(x);
    return kAverages ? MeanBackward::apply(y, bias) : y + bias;
  }
  nn::Linear linear;
  Tensor bias;
};

template <bool kStaysInEvaluation>
struct OnBackbone : nn::Module {
  OnBackbone()
      : backbone(register_module("backbone", nn::BatchNorm1d(3))),
        head(register_module("head", nn::Linear(3, 2))) {
    for (Tensor& parameter : backbone->parameters()) parameter.set_requires_grad(false);
  }
  void train(bool on) override {
    nn::Module::train(on);
    if (kStaysInEvaluation) backbone->eval();
  }
  Tensor forward(const Tensor& x) { return head(backbone(x)); }
  nn::BatchNorm1d backbone;
  nn::Linear head;
};

// -- Modes ----------------------------------------------------------------------------------------

enum class Switch { none, forgets_children, merges_again };

template <Switch kFault>
struct Adapted : nn::Module {
  Adapted()
      : linear(register_module("linear", nn::Linear(3, 2))),
        adapter(register_parameter("adapter", torch::rand({2, 3}) * 0.1)) {}
  void train(bool on) override {
    nn::Module::train(on);
    if (kFault == Switch::forgets_children) linear->train();
    if (kFault != Switch::merges_again || on) return;
    const torch::NoGradGuard no_grad;
    linear->weight.add_(adapter);
  }
  Tensor forward(const Tensor& x) { return linear(x) + torch::nn::functional::linear(x, adapter); }
  nn::Linear linear;
  Tensor adapter;
};

// -- Checkpoints ----------------------------------------------------------------------------------

// Warms up over its first steps; where it is registered, the count is saved.
template <bool kRegisters>
struct Warming : nn::Module {
  Warming() : linear(register_module("linear", nn::Linear(3, 2))), steps(torch::zeros({})) {
    if (kRegisters) register_buffer("steps", steps);
  }
  Tensor forward(const Tensor& x) {
    if (is_training()) {
      const torch::NoGradGuard no_grad;
      steps.add_(1);
    }
    return is_training() ? linear(x) * (steps.item<double>() / 10) : linear(x);
  }
  nn::Linear linear;
  Tensor steps;
};

enum class Loads { checked, broadcast, one_by_one };

// A layer with a loader of its own.
template <Loads kHow>
struct Loading : nn::Module {
  Loading()
      : weight(register_parameter("weight", torch::rand({2, 3}))),
        bias(register_parameter("bias", torch::rand({2}))) {}
  void load(torch::serialize::InputArchive& archive) override {
    Tensor saved_weight;
    Tensor saved_bias;
    archive.read("weight", saved_weight);
    if (kHow == Loads::one_by_one) put(saved_weight, weight);
    archive.read("bias", saved_bias);
    TORCH_CHECK(kHow == Loads::broadcast ||
                    (saved_weight.sizes() == weight.sizes() && saved_bias.sizes() == bias.sizes()),
                "the archive is of another layer");
    put(saved_weight, weight);
    put(saved_bias, bias);
  }
  Tensor forward(const Tensor& x) { return nn::functional::linear(x, weight, bias); }
  static void put(const Tensor& from, Tensor to) {
    const torch::NoGradGuard no_grad;
    to.copy_(from);
  }
  Tensor weight;
  Tensor bias;
};

}  // namespace

std::vector<Subjects> training_subjects() {
  return {
      {"accumulates_gradients_over_a_batch", over_rows<Biased<true>>("MeanBackward"),
       over_rows<Biased<false>>("Biased")},
      {"frozen_parts_stay_as_they_are", over_rows<OnBackbone<false>>("Drifts").frozen("backbone"),
       over_rows<OnBackbone<true>>("OnBackbone").frozen("backbone")},
      {"modes_reach_every_submodule", over_rows<Adapted<Switch::forgets_children>>("Forgets"),
       over_rows<Adapted<Switch::none>>("Adapted")},
      {"training_mode_leaves_no_trace", over_rows<Adapted<Switch::merges_again>>("MergesAgain"),
       over_rows<Adapted<Switch::none>>("Adapted")},
      {"refuses_broken_archives", over_rows<Loading<Loads::broadcast>>("BroadcastsWhatItLoads"),
       over_rows<Loading<Loads::checked>>("ChecksWhatItLoads")},
      {"refuses_broken_archives", over_rows<Loading<Loads::one_by_one>>("LoadsOneByOne"),
       over_rows<Biased<false>>("LoadsAsLibTorchDoes")},
      {"resumes_where_it_was_saved", over_rows<Warming<false>>("ForgetsSteps"),
       over_rows<Warming<true>>("Warming")},
  };
}

}  // namespace gradgrind
