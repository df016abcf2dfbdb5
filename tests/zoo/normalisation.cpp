// Normalisation: statistics over the wrong dim, train and eval, epsilons, cancellation.
#include <torch/torch.h>

#include <cmath>

#include "gradgrind/gradgrind.h"
#include "tests/zoo/families.h"

namespace gg = gradgrind;
namespace nn = torch::nn;

namespace zoo {
namespace {

using torch::Tensor;

/// A function of x [B, F] that normalises each row.
template <Tensor (*faulty_norm)(const Tensor&), Tensor (*sound_norm)(const Tensor&)>
gg::Contract row_norm(const std::string& name, bool faulty) {
  return gg::function(name, faulty ? faulty_norm : sound_norm)
      .dim("B", 1, 6)
      .dim("F", 1, 8)
      .input("x", gg::floats("B F"))
      .output("y", gg::floats("B F"))
      .batch("B");
}

Tensor over_dim(const Tensor& x, std::int64_t dim) {
  const Tensor centred = x - x.mean(dim, /*keepdim=*/true);
  return centred / (centred.pow(2).mean(dim, /*keepdim=*/true) + 1e-5).sqrt();
}

Tensor layer_norm(const Tensor& x) { return over_dim(x, 1); }
Tensor norm_over_batch(const Tensor& x) { return over_dim(x, 0); }

Tensor epsilon_outside(const Tensor& x) {
  const Tensor centred = x - x.mean(1, /*keepdim=*/true);
  return centred / (centred.pow(2).mean(1, /*keepdim=*/true).sqrt() + 1e-5);
}

Tensor by_moments(const Tensor& x) {
  const Tensor mean = x.mean(1, /*keepdim=*/true);
  const Tensor variance = x.pow(2).mean(1, /*keepdim=*/true) - mean.pow(2);
  return (x - mean) / (variance + 1e-5).sqrt();
}

Tensor by_deviation(const Tensor& x) {
  return (x - x.mean(1, /*keepdim=*/true)) / (x.std(1, /*unbiased=*/true, /*keepdim=*/true) + 1e-5);
}

Tensor by_biased_deviation(const Tensor& x) {
  return (x - x.mean(1, /*keepdim=*/true)) /
         (x.var(1, /*unbiased=*/false, /*keepdim=*/true) + 1e-5).sqrt();
}

/// One that is to be what LibTorch's is.
template <Tensor (*faulty_norm)(const Tensor&)>
gg::Contract own_layer_norm(const std::string& name, bool faulty) {
  return row_norm<faulty_norm, layer_norm>(name, faulty).reference([](const Tensor& x) {
    return torch::layer_norm(x, {x.size(1)});
  });
}

Tensor unit_rows(const Tensor& x) { return x / x.norm(2, 1, /*keepdim=*/true); }
Tensor safe_unit_rows(const Tensor& x) {
  return x / (x.pow(2).sum(1, /*keepdim=*/true) + 1e-6).sqrt();
}

Tensor tiny_epsilon(const Tensor& x) {
  const Tensor range = x.amax(1, /*keepdim=*/true) - x.amin(1, /*keepdim=*/true);
  return (x - x.amin(1, /*keepdim=*/true)) / (range + 1e-50);
}
Tensor rescaled(const Tensor& x) {
  const Tensor range = x.amax(1, /*keepdim=*/true) - x.amin(1, /*keepdim=*/true);
  return (x - x.amin(1, /*keepdim=*/true)) / (range + 1e-5);
}

/// Normalises groups of channels.
template <bool with_batch>
Tensor group_norm(const Tensor& x, std::int64_t groups) {
  const std::vector<std::int64_t> shape = with_batch
                                              ? std::vector<std::int64_t>{x.size(0), groups, -1}
                                              : std::vector<std::int64_t>{groups, -1};
  return over_dim(x.reshape(shape), static_cast<std::int64_t>(shape.size()) - 1).reshape(x.sizes());
}

gg::Contract grouped(const std::string& name, bool faulty) {
  return gg::function(name,
                      [faulty](const gg::Inputs& inputs) {
                        const std::int64_t groups = inputs.size("G");
                        return faulty ? group_norm<false>(inputs["x"], groups)
                                      : group_norm<true>(inputs["x"], groups);
                      })
      .dim("B", 1, 4)
      .dim("G", 1, 3)
      .dim("S", 1, 4)
      .input("x", gg::floats("B 2*G S S"))
      .output("y", gg::floats("B 2*G S S"))
      .batch("B");
}

enum class Bug { none, batch_statistics, updated_in_evaluation };

/// A linear layer under a batch norm of its own making.
struct NormalisedLayer : nn::Module {
  NormalisedLayer(std::int64_t features, Bug planted)
      : bug(planted),
        layer(register_module("layer", nn::Linear(nn::LinearOptions(features, 4).bias(false)))),
        gain(register_parameter("gain", torch::ones(4))),
        shift(register_parameter("shift", torch::zeros(4))),
        mean(register_buffer("running_mean", torch::zeros(4))),
        variance(register_buffer("running_var", torch::ones(4))) {}

  Tensor forward(const Tensor& x) {
    const Tensor y = layer(x);
    if (!is_training() && bug != Bug::batch_statistics) {
      if (bug == Bug::updated_in_evaluation) update(y);
      return (y - mean) / (variance + 1e-5).sqrt() * gain + shift;
    }
    if (is_training()) update(y);
    return over_dim(y, 0) * gain + shift;
  }

  void update(const Tensor& y) {
    const torch::NoGradGuard no_grad;
    mean.lerp_(y.mean(0), 0.1);
    variance.lerp_(y.var(0, /*unbiased=*/false), 0.1);
  }

  Bug bug;
  nn::Linear layer;
  Tensor gain;
  Tensor shift;
  Tensor mean;
  Tensor variance;
};

template <class Make>
gg::Contract classifier(const std::string& name, Make make) {
  return gg::module(name, make)
      .dim("B", 2, 8)  // a batch norm takes no single row in training
      .dim("F", 1, 6)
      .input("x", gg::floats("B F"))
      .output("y", gg::floats("B 4"))
      .target("label", gg::labels("B", "4"))
      .loss([](const Tensor& y, const Tensor& label) {
        return nn::functional::cross_entropy(y, label);
      })
      .batch("B");
}

template <Bug bug>
gg::Contract normalised(const std::string& name, bool faulty) {
  return classifier(name, [faulty](const gg::Draw& draw) {
    return std::make_shared<NormalisedLayer>(draw["F"], faulty ? bug : Bug::none);
  });
}

/// A bias that the batch norm behind it takes away again.
struct BiasedBlock : nn::Module {
  BiasedBlock(std::int64_t features, bool faulty)
      : layer(register_module("layer", nn::Linear(nn::LinearOptions(features, 8).bias(faulty)))),
        norm(register_module("norm", nn::BatchNorm1d(8))),
        head(register_module("head", nn::Linear(8, 4))) {}

  Tensor forward(const Tensor& x) { return head(torch::relu(norm(layer(x)))); }

  nn::Linear layer;
  nn::BatchNorm1d norm;
  nn::Linear head;
};

/// Its norm was forgotten in register_module(), so that eval() does not reach it.
struct UnregisteredNorm : nn::Module {
  UnregisteredNorm(std::int64_t features, bool faulty)
      : layer(register_module("layer", nn::Linear(nn::LinearOptions(features, 8).bias(false)))),
        norm(nn::BatchNorm1dOptions(8).affine(false)),
        head(register_module("head", nn::Linear(8, 4))) {
    if (!faulty) register_module("norm", norm);
  }

  Tensor forward(const Tensor& x) { return head(torch::relu(norm(layer(x)))); }

  nn::Linear layer;
  nn::BatchNorm1d norm;
  nn::Linear head;
};

template <class Module>
gg::Contract block(const std::string& name, bool faulty) {
  return classifier(
      name, [faulty](const gg::Draw& draw) { return std::make_shared<Module>(draw["F"], faulty); });
}

}  // namespace

std::vector<Pair> normalisation() {
  return {
      pair("LayerNormOverBatch", 25, "statistics of a layer norm over the batch",
           own_layer_norm<norm_over_batch>),
      pair("GroupNormLeavesOutBatch", 26, "the view of a group norm leaves out the batch", grouped),
      pair("EpsilonOutsideRoot", 131, "epsilon outside of the root: the gradient is NaN",
           own_layer_norm<epsilon_outside>),
      pair("VarianceByMoments", 135, "variance as E[x^2] - E[x]^2", own_layer_norm<by_moments>),
      pair("UnbiasedDeviation", 133, "unbiased deviation of a single element",
           row_norm<by_deviation, by_biased_deviation>),
      pair("NormOfZero", 130, "a norm without epsilon divides a zero vector",
           row_norm<unit_rows, safe_unit_rows>),
      pair("TinyEpsilon", 140, "an epsilon below the resolution of the type",
           row_norm<tiny_epsilon, rescaled>),
      pair("BatchStatisticsInEvaluation", 95, "statistics of the batch in evaluation",
           normalised<Bug::batch_statistics>),
      pair("UpdatedInEvaluation", 98, "running statistics are updated in evaluation",
           normalised<Bug::updated_in_evaluation>),
      pair("BiasBeforeNorm", 112, "a bias in front of a batch norm", block<BiasedBlock>),
      pair("UnregisteredNorm", 87, "eval() does not reach a norm that is not registered",
           block<UnregisteredNorm>),
  };
}

}  // namespace zoo
