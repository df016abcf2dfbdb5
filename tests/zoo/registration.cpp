// What a module registers, saves and shares.
#include <torch/torch.h>

#include <algorithm>

#include "gradgrind/gradgrind.h"
#include "tests/zoo/families.h"

namespace gg = gradgrind;
namespace nn = torch::nn;

namespace zoo {
namespace {

using torch::Tensor;

template <class Module>
gg::Contract of_features(const std::string& name, bool faulty) {
  return gg::module(
             name,
             [faulty](const gg::Draw& draw) { return std::make_shared<Module>(draw["F"], faulty); })
      .dim("B", 1, 6)
      .dim("F", 1, 6)
      .input("x", gg::floats("B F"))
      .output("y", gg::floats("B F"))
      .batch("B");
}

/// A gain of its own.
struct Gain : nn::Module {
  Gain(std::int64_t features, bool faulty)
      : layer(register_module("layer", nn::Linear(features, features))),
        gain(torch::ones(features, torch::requires_grad())) {
    if (!faulty) register_parameter("gain", gain);
  }

  Tensor forward(const Tensor& x) { return torch::tanh(layer(x)) * gain; }

  nn::Linear layer;
  Tensor gain;
};

/// Layers in a vector.
struct Stack : nn::Module {
  Stack(std::int64_t features, bool faulty) {
    for (int i = 0; i < 2; ++i) {
      const nn::Linear layer(features, features);
      if (!faulty) register_module("layer" + std::to_string(i), layer);
      layers.push_back(layer);
    }
  }

  Tensor forward(const Tensor& x) {
    Tensor y = x;
    for (nn::Linear& layer : layers) y = torch::tanh(layer(y));
    return y;
  }

  std::vector<nn::Linear> layers;
};

/// Scales its parameter to a wish of the user's after registration.
struct Reassigned : nn::Module {
  Reassigned(std::int64_t features, bool faulty)
      : weight(register_parameter("weight", torch::randn({features, features}))) {
    if (faulty) {
      weight = (weight.detach() * 0.1).requires_grad_();
    } else {
      const torch::NoGradGuard no_grad;
      weight.mul_(0.1);
    }
  }

  Tensor forward(const Tensor& x) { return x.matmul(weight); }

  Tensor weight;
};

/// An ensemble of members that start differently.
struct Ensemble : nn::Module {
  Ensemble(std::int64_t features, bool faulty) {
    const nn::Linear prototype(features, features);
    for (int i = 0; i < 3; ++i) {
      const nn::Linear member = faulty ? prototype : nn::Linear(features, features);
      members.push_back(register_module("member" + std::to_string(i), member));
    }
  }

  Tensor forward(const Tensor& x) {
    Tensor sum = torch::zeros_like(x);
    for (nn::Linear& member : members) sum = sum + torch::tanh(member(x));
    return sum / static_cast<double>(members.size());
  }

  std::vector<nn::Linear> members;
};

/// Projects to random directions that were drawn once.
struct RandomProjection : nn::Module {
  RandomProjection(std::int64_t features, bool faulty)
      : directions(torch::randn({features, features})),
        head(register_module("head", nn::Linear(features, features))) {
    if (!faulty) register_buffer("directions", directions);
  }

  Tensor forward(const Tensor& x) { return head(torch::tanh(x.matmul(directions.to(x.dtype())))); }

  Tensor directions;
  nn::Linear head;
};

/// Wires inputs to outputs at random; the wiring is an index buffer.
struct RandomWiring : nn::Module {
  RandomWiring(std::int64_t features, bool faulty)
      : wiring(torch::randperm(features)),
        head(register_module("head", nn::Linear(features, features))) {
    if (!faulty) register_buffer("wiring", wiring);
  }

  Tensor forward(const Tensor& x) { return head(x.index_select(1, wiring)); }

  Tensor wiring;
  nn::Linear head;
};

/// Sets its scale by the first batch of training that it sees.
struct ActivationNorm : nn::Module {
  ActivationNorm(std::int64_t features, bool is_faulty)
      : faulty(is_faulty),
        scale(register_parameter("scale", torch::ones(features))),
        ready(register_buffer("ready", torch::zeros({}, torch::kBool))) {}

  Tensor forward(const Tensor& x) {
    if (is_training() && !(faulty ? was_set : ready.item<bool>())) {
      const torch::NoGradGuard no_grad;
      scale.copy_(1 / (x.abs().mean(0) + 0.1));
      was_set = true;
      ready.fill_(true);
    }
    return x * scale;
  }

  bool faulty;
  bool was_set = false;
  Tensor scale;
  Tensor ready;
};

/// Random features, whose number depends on the input.
struct RandomFeatures : nn::Module {
  RandomFeatures(std::int64_t features, bool faulty)
      : head(register_module("head", nn::Linear(features, features))) {
    if (!faulty) draw(features);
  }

  void draw(std::int64_t features) {
    frequencies = register_buffer("frequencies", torch::randn({features, features}));
  }

  Tensor forward(const Tensor& x) {
    if (!frequencies.defined()) draw(x.size(1));
    return head(torch::sin(x.matmul(frequencies.to(x.dtype()))));
  }

  nn::Linear head;
  Tensor frequencies;
};

/// Cloneable, with a table that training moves.
struct ClonedTable : nn::Cloneable<ClonedTable> {
  ClonedTable(std::int64_t count, bool is_faulty)
      : features(count), faulty(is_faulty), table(torch::linspace(0, 1, count)) {
    ClonedTable::reset();
  }

  void reset() override {
    layer = register_module("layer", nn::Linear(features, features));
    if (!faulty) table = register_buffer("table", torch::linspace(0, 1, features));
  }

  Tensor forward(const Tensor& x) {
    if (is_training()) table.add_(0.1);
    return layer(x) + table;
  }

  std::int64_t features;
  bool faulty;
  nn::Linear layer{nullptr};
  Tensor table;
};

/// Answers with its weight beside a moving average of it.
struct Averaged : nn::Module {
  Averaged(std::int64_t features, bool faulty)
      : weight(register_parameter("weight", torch::randn({features, features}))),
        average(register_buffer("average", faulty ? weight.detach() : weight.detach().clone())) {}

  Tensor forward(const Tensor& x) {
    if (is_training()) {
      const torch::NoGradGuard no_grad;
      average.lerp_(weight, 0.1);
    }
    return x.matmul(weight) - 0.5 * x.matmul(average);
  }

  Tensor weight;
  Tensor average;
};

/// Two layers that were meant to share one weight.
struct AutoEncoder : nn::Module {
  AutoEncoder(std::int64_t features, bool faulty)
      : encoder(register_module("encoder", nn::Linear(features, features))) {
    if (faulty) {
      decoder = register_parameter("decoder", encoder->weight.detach().clone());
    } else {
      decoder = encoder->weight;
    }
  }

  Tensor forward(const Tensor& x) { return torch::tanh(encoder(x)).matmul(decoder); }

  nn::Linear encoder;
  Tensor decoder;
};

gg::Contract auto_encoder(const std::string& name, bool faulty) {
  return of_features<AutoEncoder>(name, faulty)
      .reference([](AutoEncoder& module, const gg::Inputs& inputs) {
        const Tensor& weight = module.encoder->weight;
        const Tensor code = torch::tanh(inputs["x"].matmul(weight.t()) + module.encoder->bias);
        return code.matmul(weight);
      });
}

/// Warms up over its first calls in training.
struct Scheduled : nn::Module {
  Scheduled(std::int64_t features, bool is_faulty)
      : faulty(is_faulty),
        layer(register_module("layer", nn::Linear(features, features))),
        calls(register_buffer("calls", torch::zeros({}, torch::kLong))) {}

  Tensor forward(const Tensor& x) {
    static const Tensor calls_of_all = torch::zeros({}, torch::kLong);
    const Tensor& count = faulty ? calls_of_all : calls;
    if (!is_training()) return layer(x);
    count.add_(1);
    return layer(x) * std::min(1.0, 0.01 * static_cast<double>(count.item<std::int64_t>()));
  }

  bool faulty;
  nn::Linear layer;
  Tensor calls;
};

}  // namespace

std::vector<Pair> registration() {
  return {
      pair("PlainParameter", 73, "a parameter is a plain tensor member", of_features<Gain>),
      pair("PlainVector", 74, "submodules are kept in a plain vector", of_features<Stack>),
      pair("ReassignedWeight", 75, "a member is assigned anew after registration",
           of_features<Reassigned>),
      pair("SharedMembers", 77, "copies of a module holder share their weights",
           of_features<Ensemble>),
      pair("PlainBuffer", 78, "a buffer is a plain tensor and lost on saving",
           of_features<RandomProjection>),
      pair("WiringDrawnAgain", 90, "a random wiring is drawn anew on construction",
           of_features<RandomWiring>),
      pair("FlagNotSaved", 79, "the flag that says initialised is not saved",
           of_features<ActivationNorm>),
      pair("LazyBuffer", 81, "a buffer is made in the first forward", of_features<RandomFeatures>),
      pair("CloneSharesTable", 84, "a clone shares a table with the original",
           of_features<ClonedTable>),
      pair("AverageIsTheWeight", 85, "a moving average has the memory of the weight",
           of_features<Averaged>),
      pair("TiedByCopy", 82, "a tied weight is a copy", auto_encoder),
      pair("CounterOfAll", 89, "a counter is shared by all instances", of_features<Scheduled>),
  };
}

}  // namespace zoo
