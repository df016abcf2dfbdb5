// Heads of one or two linear layers: layouts, broadcasting, reductions over the wrong dim.
#include <torch/torch.h>

#include "gradgrind/gradgrind.h"
#include "tests/zoo/families.h"

namespace gg = gradgrind;
namespace nn = torch::nn;

namespace zoo {
namespace {

using torch::Tensor;

gg::Contract over_features(const gg::Contract& subject) {
  return subject.dim("B", 1, 8).dim("F", 1, 8).batch("B");
}

gg::Contract classifier(const gg::Contract& subject) {
  return over_features(subject)
      .dim("K", 2, 5)
      .input("x", gg::floats("B F"))
      .output("logits", gg::floats("B K"))
      .target("label", gg::labels("B", "K"))
      .loss([](const Tensor& logits, const Tensor& label) {
        return nn::functional::cross_entropy(logits, label);
      });
}

/// One value a row.
struct Regressor : nn::Module {
  Regressor(std::int64_t features, bool is_faulty)
      : faulty(is_faulty), head(register_module("head", nn::Linear(features, 1))) {}

  Tensor forward(const Tensor& x) {
    const Tensor y = head(x);
    return faulty ? y.squeeze() : y.squeeze(-1);
  }

  bool faulty;
  nn::Linear head;
};

gg::Contract regressor(const std::string& name, bool faulty) {
  return over_features(gg::module(name,
                                  [faulty](const gg::Draw& draw) {
                                    return std::make_shared<Regressor>(draw["F"], faulty);
                                  }))
      .input("x", gg::floats("B F"))
      .output("y", gg::floats("B"))
      .target("wanted", gg::floats("B"))
      .loss([](const Tensor& y, const Tensor& wanted) { return torch::mse_loss(y, wanted); });
}

/// Reads a window of steps that comes time first.
struct WindowClassifier : nn::Module {
  WindowClassifier(std::int64_t steps, std::int64_t features, std::int64_t classes, bool is_faulty)
      : faulty(is_faulty), head(register_module("head", nn::Linear(steps * features, classes))) {}

  Tensor forward(const Tensor& x) {
    const std::int64_t rows = x.size(1);
    const Tensor flat = faulty ? x.reshape({rows, -1}) : x.transpose(0, 1).reshape({rows, -1});
    return head(flat);
  }

  bool faulty;
  nn::Linear head;
};

gg::Contract window_classifier(const std::string& name, bool faulty) {
  return over_features(gg::module(name,
                                  [faulty](const gg::Draw& draw) {
                                    return std::make_shared<WindowClassifier>(draw["T"], draw["F"],
                                                                              draw["K"], faulty);
                                  }))
      .dim("T", 2, 4)
      .dim("K", 2, 5)
      .input("x", gg::floats("T B F"))
      .output("logits", gg::floats("B K"));
}

/// Gives probabilities.
struct SoftmaxHead : nn::Module {
  SoftmaxHead(std::int64_t features, std::int64_t classes, bool is_faulty)
      : faulty(is_faulty), head(register_module("head", nn::Linear(features, classes))) {}

  Tensor forward(const Tensor& x) { return head(x).softmax(faulty ? 0 : 1); }

  bool faulty;
  nn::Linear head;
};

gg::Contract softmax_head(const std::string& name, bool faulty) {
  return over_features(gg::module(name,
                                  [faulty](const gg::Draw& draw) {
                                    return std::make_shared<SoftmaxHead>(draw["F"], draw["K"],
                                                                         faulty);
                                  }))
      .dim("K", 2, 5)
      .input("x", gg::floats("B F"))
      .output("probability", gg::simplices("B K"));
}

/// Value and advantages of a dueling network.
struct DuelingHead : nn::Module {
  DuelingHead(std::int64_t features, std::int64_t actions, bool is_faulty)
      : faulty(is_faulty),
        value(register_module("value", nn::Linear(features, 1))),
        advantage(register_module("advantage", nn::Linear(features, actions))) {}

  Tensor forward(const Tensor& x) {
    const Tensor a = advantage(x);
    const Tensor mean = faulty ? a.mean() : a.mean(1, /*keepdim=*/true);
    return value(x) + a - mean;
  }

  bool faulty;
  nn::Linear value;
  nn::Linear advantage;
};

gg::Contract dueling_head(const std::string& name, bool faulty) {
  return over_features(gg::module(name,
                                  [faulty](const gg::Draw& draw) {
                                    return std::make_shared<DuelingHead>(draw["F"], draw["A"],
                                                                         faulty);
                                  }))
      .dim("A", 2, 4)
      .input("state", gg::floats("B F"))
      .output("q", gg::floats("B A"));
}

/// Scales each row to a largest magnitude of 1 before the layer.
struct ScaledClassifier : nn::Module {
  ScaledClassifier(std::int64_t features, std::int64_t classes, bool is_faulty)
      : faulty(is_faulty), head(register_module("head", nn::Linear(features, classes))) {}

  Tensor forward(const Tensor& x) {
    const Tensor largest = faulty ? x.abs().max() : x.abs().amax(1, /*keepdim=*/true);
    return head(x / largest.clamp_min(1e-6));
  }

  bool faulty;
  nn::Linear head;
};

/// How often each row holds each word of a vocabulary.
gg::Contract word_counts(const std::string& name, bool faulty) {
  return gg::function(name,
                      [faulty](const gg::Inputs& inputs) {
                        const std::int64_t words = faulty ? -1 : inputs.size("V");
                        return torch::one_hot(inputs["ids"], words).sum(1);
                      })
      .dim("B", 1, 8)
      .dim("T", 1, 6)
      .dim("V", 2, 9)
      .input("ids", gg::ids("B T", "V"))
      .output("count", gg::integers("B V", 0, 6))
      .batch("B");
}

/// Two hidden layers.
struct Mlp : nn::Module {
  Mlp(std::int64_t features, std::int64_t classes, bool is_faulty)
      : faulty(is_faulty),
        first(register_module("first", nn::Linear(features, 8))),
        second(register_module("second", nn::Linear(8, 8))),
        head(register_module("head", nn::Linear(8, classes))) {}

  Tensor forward(const Tensor& x) {
    const Tensor hidden = torch::tanh(first(x));
    const Tensor deeper = torch::tanh(second(hidden));
    return head(faulty ? hidden : deeper);
  }

  bool faulty;
  nn::Linear first;
  nn::Linear second;
  nn::Linear head;
};

/// Adds evidence of each row to the log odds of the classes.
struct PriorHead : nn::Module {
  PriorHead(std::int64_t features, std::int64_t classes, bool is_faulty)
      : faulty(is_faulty),
        evidence(register_module("evidence", nn::Linear(features, classes))),
        prior(register_buffer("prior", torch::linspace(-1, 1, classes))) {}

  Tensor forward(const Tensor& x) {
    const Tensor rows = evidence(x);
    Tensor logits = prior.expand_as(rows);
    if (!faulty) logits = logits.clone();
    for (std::int64_t row = 0; row < x.size(0); ++row)
      logits.select(0, row).add_(rows.select(0, row));
    return logits;
  }

  bool faulty;
  nn::Linear evidence;
  Tensor prior;
};

/// Divides by the number of features, as an average does.
struct AveragingHead : nn::Module {
  AveragingHead(std::int64_t features, std::int64_t classes, bool faulty)
      : scale(faulty ? static_cast<double>(1 / features) : 1.0 / static_cast<double>(features)),
        head(register_module("head", nn::Linear(features, classes))) {}

  Tensor forward(const Tensor& x) { return head(x * scale); }

  double scale;
  nn::Linear head;
};

/// Starts from weights of its own choice.
struct InitialisedMlp : nn::Module {
  InitialisedMlp(std::int64_t features, std::int64_t classes, bool faulty)
      : first(register_module("first", nn::Linear(features, 8))),
        head(register_module("head", nn::Linear(8, classes))) {
    const torch::NoGradGuard no_grad;
    for (const nn::Linear& layer : {first, head}) {
      if (faulty) {
        nn::init::zeros_(layer->weight);
      } else {
        nn::init::xavier_uniform_(layer->weight);
      }
      nn::init::zeros_(layer->bias);
    }
  }

  Tensor forward(const Tensor& x) { return head(torch::relu(first(x))); }

  nn::Linear first;
  nn::Linear head;
};

template <class Module>
gg::Contract classifier_of(const std::string& name, bool faulty) {
  return classifier(gg::module(name, [faulty](const gg::Draw& draw) {
    return std::make_shared<Module>(draw["F"], draw["K"], faulty);
  }));
}

}  // namespace

std::vector<Pair> linear_heads() {
  return {
      pair("SqueezedRegressor", 1, "squeeze() without a dim takes a batch of one away", regressor),
      pair("WindowByView", 2, "a time-first window is flattened by a view", window_classifier),
      pair("SoftmaxOverBatch", 21, "softmax over the batch", softmax_head),
      pair("DuelingMeanOverAll", 23, "mean of the advantages over batch and actions", dueling_head),
      pair("ScaledByTheBatch", 27, "rows scaled by the largest magnitude of the batch",
           classifier_of<ScaledClassifier>),
      pair("OneHotOfTheBatch", 19, "width of the one-hot code depends on the ids of the batch",
           word_counts),
      pair("UnusedLayer", 107, "a layer is computed and not used", classifier_of<Mlp>),
      pair("PriorInPlace", 15, "rows of an expanded prior are written in place",
           classifier_of<PriorHead>),
      pair("IntegerScale", 144, "a scale from an integer division is 0",
           classifier_of<AveragingHead>),
      pair("ZeroWeights", 110, "all weights start at zero", classifier_of<InitialisedMlp>),
  };
}

}  // namespace zoo
