// Modules that are told apart by what a forward in training leaves, and by where learning starts.
#include <torch/torch.h>

#include "tests/properties/subjects.h"

namespace gradgrind {
namespace {

using torch::Tensor;
namespace nn = torch::nn;

template <class Module>
Contract over_rows(const std::string& name) {
  return gradgrind::module(name, [](const Draw& d) { return std::make_shared<Module>(d["F"]); })
      .dim("B", 2, 4)  // a batch norm takes no single row in training
      .dim("F", 1, 4)
      .input("x", floats("B F"))
      .output("y", floats("B 4"))
      .batch("B");
}

// -- Modes and buffers ----------------------------------------------------------------------------

enum class Fault {
  none,
  differs_in_training,
  stays_in_evaluation,
  buffer_keeps_graph,
  buffer_shares_memory,
};

// A layer, a dropout, and a running mean of what comes in.
template <Fault kFault, bool kKeepsMean>
struct Modal : nn::Module {
  explicit Modal(std::int64_t features)
      : linear(register_module("linear", nn::Linear(features, 4))),
        dropout(register_module("dropout", nn::Dropout(0.5))),
        mean(register_buffer("mean", kFault == Fault::buffer_shares_memory ? linear->bias.detach()
                                                                           : torch::zeros({4}))) {}
  Tensor forward(const Tensor& x) {
    if (kFault == Fault::stays_in_evaluation) dropout->eval();
    Tensor y = linear(x);
    if (kFault == Fault::differs_in_training && is_training()) y = y * 2;
    if (kKeepsMean && is_training()) {
      const Tensor seen = kFault == Fault::buffer_keeps_graph ? y : y.detach();
      mean.copy_(mean * 0.9 + seen.mean(0) * 0.1);
    }
    return dropout(y);
  }
  nn::Linear linear;
  nn::Dropout dropout;
  Tensor mean;
};

// A dropout called as a function.
template <bool kForgetsMode>
struct Functional : nn::Module {
  explicit Functional(std::int64_t features)
      : linear(register_module("linear", nn::Linear(features, 4))) {}
  Tensor forward(const Tensor& x) {
    return torch::alpha_dropout(linear(x), 0.5, !kForgetsMode && is_training());
  }
  nn::Linear linear;
};

// -- Learning -------------------------------------------------------------------------------------

template <bool kZero>
struct TwoLayers : nn::Module {
  explicit TwoLayers(std::int64_t features)
      : first(register_module("first", nn::Linear(features, 3))),
        second(register_module("second", nn::Linear(3, 4))) {
    // One layer that starts at zero comes to life after a step, two in a row never do.
    nn::init::zeros_(second->weight);
    if (!kZero) return;
    nn::init::zeros_(first->weight);
    nn::init::zeros_(first->bias);
  }
  Tensor forward(const Tensor& x) { return second(first(x)); }
  nn::Linear first;
  nn::Linear second;
};

// A branch that is cut off in training, by mistake.
struct CutOff : nn::Module {
  explicit CutOff(std::int64_t features)
      : linear(register_module("linear", nn::Linear(features, 4))),
        adapter(register_module("adapter", nn::Linear(features, 4))) {}
  Tensor forward(const Tensor& x) {
    const Tensor added = adapter(x);
    return linear(x) + (is_training() ? added.detach() : added);
  }
  nn::Linear linear;
  nn::Linear adapter;
};

struct Normalised : nn::Module {
  explicit Normalised(std::int64_t features)
      : linear(register_module("linear", nn::Linear(nn::LinearOptions(features, 3).bias(false)))),
        norm(register_module("norm", nn::BatchNorm1d(3))),
        head(register_module("head", nn::Linear(3, 4))) {}
  Tensor forward(const Tensor& x) { return head(torch::tanh(norm(linear(x)))); }
  nn::Linear linear;
  nn::BatchNorm1d norm;
  nn::Linear head;
};

// -- Sizes ----------------------------------------------------------------------------------------

template <bool kDividesIntegers>
struct Averaging : nn::Module {
  explicit Averaging(std::int64_t features)
      : scale(kDividesIntegers ? static_cast<double>(1 / features)
                               : 1.0 / static_cast<double>(features)),
        linear(register_module("linear", nn::Linear(features, 4))) {}
  Tensor forward(const Tensor& x) { return linear(x * scale); }
  double scale;
  nn::Linear linear;
};

}  // namespace

std::vector<Subjects> mode_subjects() {
  const auto sound = over_rows<Modal<Fault::none, false>>("Modal");
  const auto keeps_mean = over_rows<Modal<Fault::none, true>>("KeepsMean");
  return {
      {"training_agrees_with_evaluation",
       over_rows<Modal<Fault::differs_in_training, false>>("DoublesInTraining"), sound},
      {"a_forward_keeps_the_mode",
       over_rows<Modal<Fault::stays_in_evaluation, false>>("SwitchesOff"), sound},
      {"buffers_keep_no_graph", over_rows<Modal<Fault::buffer_keeps_graph, true>>("KeepsGraph"),
       keeps_mean},
      {"buffers_are_apart_from_parameters",
       over_rows<Modal<Fault::buffer_shares_memory, true>>("SharesMemory"), keeps_mean},
      {"a_dropout_acts_in_training", over_rows<Functional<true>>("ForgetsMode"),
       over_rows<Functional<false>>("Functional")},
      {"a_fresh_start_is_no_dead_end", over_rows<TwoLayers<true>>("AllZero"),
       over_rows<TwoLayers<false>>("ZeroHead")},
      {"no_gradient_cancels_in_training", over_rows<CutOff>("CutOffInTraining"),
       over_rows<Normalised>("Normalised")},
      {"no_size_makes_it_constant", over_rows<Averaging<true>>("DividesIntegers"),
       over_rows<Averaging<false>>("Averaging")},
  };
}

}  // namespace gradgrind
