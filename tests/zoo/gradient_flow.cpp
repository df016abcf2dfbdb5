// What training reaches, and what differs between training and evaluation.
#include <torch/torch.h>

#include "gradgrind/gradgrind.h"
#include "tests/zoo/families.h"

namespace gg = gradgrind;
namespace nn = torch::nn;
namespace F = torch::nn::functional;

namespace zoo {
namespace {

using torch::Tensor;

enum class Bug {
  none,
  detached,
  rounded,
  no_grad_left_on,
  frozen_layer,
  dropout_always,
  noise_always,
  evaluation_kept,
  forgotten_branch,
  unregistered_dropout,
  argmax_of_gate,
  reseeds,
};

/// A classifier of two layers, with a gate, noise and dropout.
struct Classifier : nn::Module {
  Classifier(std::int64_t features, std::int64_t classes, Bug planted)
      : bug(planted),
        first(register_module("first", nn::Linear(features, 8))),
        gate(register_module("gate", nn::Linear(features, 8))),
        head(register_module("head", nn::Linear(8, classes))),
        dropout(0.3) {
    if (bug != Bug::unregistered_dropout) register_module("dropout", dropout);
    if (bug == Bug::frozen_layer) first->weight.requires_grad_(false);
  }

  Tensor forward(const Tensor& x) {
    Tensor hidden = torch::tanh(first(x));
    if (bug == Bug::detached) hidden = hidden.detach();
    hidden = hidden * gates(x);
    const bool is_doubled = bug != Bug::forgotten_branch || is_training();
    if (is_doubled) hidden = hidden * 2;
    return head(regularised(hidden));
  }

  Tensor gates(const Tensor& x) {
    const torch::AutoGradMode mode(bug != Bug::no_grad_left_on && torch::GradMode::is_enabled());
    const Tensor open = torch::sigmoid(gate(x));
    if (bug == Bug::rounded) return open.round() + 0.1;
    if (bug == Bug::argmax_of_gate) {
      return 0.1 + F::one_hot(open.argmax(1), open.size(1)).to(open.dtype());
    }
    return open;
  }

  Tensor regularised(const Tensor& hidden) {
    if (bug == Bug::evaluation_kept) eval();
    if (bug == Bug::reseeds) torch::manual_seed(0);
    if (bug == Bug::dropout_always) return F::dropout(hidden, F::DropoutFuncOptions().p(0.3));
    if (bug == Bug::noise_always) return hidden + 0.1 * torch::randn_like(hidden);
    return dropout(hidden);
  }

  Bug bug;
  nn::Linear first;
  nn::Linear gate;
  nn::Linear head;
  nn::Dropout dropout;
};

gg::Contract over_features(const gg::Contract& subject) {
  return subject.dim("B", 1, 6)
      .dim("F", 1, 6)
      .dim("K", 2, 4)
      .input("x", gg::floats("B F"))
      .output("logits", gg::floats("B K"))
      .target("label", gg::labels("B", "K"))
      .loss(
          [](const Tensor& logits, const Tensor& label) { return F::cross_entropy(logits, label); })
      .batch("B");
}

template <Bug bug>
gg::Contract classifier(const std::string& name, bool faulty) {
  return over_features(gg::module(name, [faulty](const gg::Draw& draw) {
    return std::make_shared<Classifier>(draw["F"], draw["K"], faulty ? bug : Bug::none);
  }));
}

template <class Module>
gg::Contract built(const std::string& name, bool faulty) {
  return over_features(gg::module(name, [faulty](const gg::Draw& draw) {
    return std::make_shared<Module>(draw["F"], draw["K"], faulty);
  }));
}

/// Self-normalising: alpha dropout in training.
struct SelfNormalising : nn::Module {
  SelfNormalising(std::int64_t features, std::int64_t classes, bool is_faulty)
      : faulty(is_faulty),
        first(register_module("first", nn::Linear(features, 8))),
        head(register_module("head", nn::Linear(8, classes))) {}

  Tensor forward(const Tensor& x) {
    F::AlphaDropoutFuncOptions options;
    options.p(0.3);
    if (!faulty) options.training(is_training());
    return head(F::alpha_dropout(torch::selu(first(x)), options));
  }

  bool faulty;
  nn::Linear first;
  nn::Linear head;
};

/// Binary codes, learnt through a straight-through estimator.
struct BinaryCode : nn::Module {
  BinaryCode(std::int64_t features, std::int64_t classes, bool is_faulty)
      : faulty(is_faulty),
        encoder(register_module("encoder", nn::Linear(features, 8))),
        head(register_module("head", nn::Linear(8, classes))) {}

  Tensor forward(const Tensor& x) {
    const Tensor soft = torch::tanh(encoder(x));
    const Tensor code = soft.sign();
    return head(faulty ? code : soft + (code - soft).detach());
  }

  bool faulty;
  nn::Linear encoder;
  nn::Linear head;
};

gg::Contract binary_code(const std::string& name, bool faulty) {
  return built<BinaryCode>(name, faulty)
      .except("gradients_match_finite_differences", "a straight-through estimator");
}

/// Value now against reward and the discounted value later, as [B] errors.
struct TemporalDifference : nn::Module {
  TemporalDifference(std::int64_t features, bool is_faulty)
      : faulty(is_faulty),
        value(register_module("value", nn::Linear(features, 1))),
        target(register_module("target", nn::Linear(features, 1))) {
    if (faulty) return;
    for (Tensor& parameter : target->parameters()) parameter.requires_grad_(false);
  }

  Tensor forward(const Tensor& now, const Tensor& later, const Tensor& reward) {
    return (value(now).squeeze(1) - reward - 0.9 * target(later).squeeze(1)).pow(2);
  }

  bool faulty;
  nn::Linear value;
  nn::Linear target;
};

gg::Contract temporal_difference(const std::string& name, bool faulty) {
  return gg::module(name,
                    [faulty](const gg::Draw& draw) {
                      return std::make_shared<TemporalDifference>(draw["F"], faulty);
                    })
      .dim("B", 1, 6)
      .dim("F", 1, 5)
      .input("now", gg::floats("B F"))
      .input("later", gg::floats("B F"))
      .input("reward", gg::floats("B"))
      .output("error", gg::floats("B"))
      .loss([](const gg::Outputs& outputs, const gg::Inputs&) { return outputs[0].mean(); })
      .frozen("target.")
      .batch("B");
}

/// A classifier with a penalty on its weights as second output.
struct Penalised : nn::Module {
  Penalised(std::int64_t features, bool is_faulty)
      : faulty(is_faulty), layer(register_module("layer", nn::Linear(features, 3))) {}

  std::pair<Tensor, Tensor> forward(const Tensor& x) {
    const Tensor weight = faulty ? layer->weight.detach() : layer->weight;
    return {layer(x), weight.pow(2).sum()};
  }

  bool faulty;
  nn::Linear layer;
};

gg::Contract penalised(const std::string& name, bool faulty) {
  return gg::module(name,
                    [faulty](const gg::Draw& draw) {
                      return std::make_shared<Penalised>(draw["F"], faulty);
                    })
      .dim("B", 1, 6)
      .dim("F", 1, 5)
      .input("x", gg::floats("B F"))
      .output("y", gg::floats("B 3"))
      .output("penalty", gg::floats(""))
      .batch("B");
}

/// Centres by a running mean.
struct Centred : nn::Module {
  Centred(std::int64_t features, std::int64_t classes, bool is_faulty)
      : faulty(is_faulty),
        first(register_module("first", nn::Linear(features, 4))),
        head(register_module("head", nn::Linear(4, classes))),
        running_mean(register_buffer("running_mean", torch::zeros(4))) {}

  Tensor forward(const Tensor& x) {
    const Tensor hidden = torch::tanh(first(x));
    if (is_training()) {
      const Tensor mean = (faulty ? hidden : hidden.detach()).mean(0);
      running_mean.copy_(0.9 * running_mean + 0.1 * mean);
    }
    return head(hidden - running_mean.detach());
  }

  bool faulty;
  nn::Linear first;
  nn::Linear head;
  Tensor running_mean;
};

}  // namespace

std::vector<Pair> gradient_flow() {
  return {
      pair("DetachedHidden", 100, "a detach() in the way of the loss", classifier<Bug::detached>),
      pair("RoundedGate", 101, "rounding in the way of the loss", classifier<Bug::rounded>),
      pair("ArgmaxGate", 101, "an argmax in the way of the loss", classifier<Bug::argmax_of_gate>),
      pair("StraightThroughForgotten", 102, "the straight-through estimator is forgotten",
           binary_code),
      pair("NoGradLeftOn", 103, "a block without gradients is left over",
           classifier<Bug::no_grad_left_on>),
      pair("TargetIsTrained", 105, "the target network of a bootstrap is trained",
           temporal_difference),
      pair("PenaltyOfDetached", 106, "the penalty is computed on detached weights", penalised),
      pair("RunningMeanKeepsGraph", 108, "a running statistic keeps the graph", built<Centred>),
      pair("FrozenByMistake", 111, "a layer is frozen by mistake", classifier<Bug::frozen_layer>),
      pair("DropoutAlwaysOn", 93, "functional dropout without the flag of training",
           classifier<Bug::dropout_always>),
      pair("AlphaDropoutNeverOn", 94, "functional alpha dropout is never active",
           built<SelfNormalising>),
      pair("NoiseInEvaluation", 97, "noise in evaluation too", classifier<Bug::noise_always>),
      pair("EvaluationKept", 96, "a forward switches to evaluation and not back",
           classifier<Bug::evaluation_kept>),
      pair("BranchForgotten", 99, "evaluation lacks a branch that training has",
           classifier<Bug::forgotten_branch>),
      pair("UnregisteredDropout", 87, "eval() does not reach a dropout that is not registered",
           classifier<Bug::unregistered_dropout>),
      pair("ReseedsInForward", 180, "a forward resets the global generator",
           classifier<Bug::reseeds>),
  };
}

}  // namespace zoo
