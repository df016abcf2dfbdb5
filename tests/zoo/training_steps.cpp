// Training steps and optimisers, as functions from weights and data to new weights.
#include <torch/torch.h>

#include <algorithm>
#include <cmath>

#include "gradgrind/gradgrind.h"
#include "tests/zoo/definitions.h"
#include "tests/zoo/families.h"

namespace gg = gradgrind;

namespace zoo {
namespace {

using torch::Tensor;
using torch::optim::SGD;
using torch::optim::SGDOptions;

constexpr double kRate = 0.1;

enum class Bug { none, not_cleared, cleared_too_late, ascends };

// A step works in whatever mode its caller is, so it may save no tensor of the caller's.
Tensor plain(const Tensor& from) { return from.detach().clone(); }
Tensor leaf(const Tensor& from) { return plain(from).requires_grad_(); }

Tensor squared_error(const Tensor& weight, const Tensor& x, const Tensor& y) {
  return (torch::tanh(x.matmul(weight)) - y).pow(2).mean();
}

/// The gradient of squared_error() by hand.
Tensor gradient(const Tensor& weight, const Tensor& x, const Tensor& y) {
  const Tensor guess = torch::tanh(x.matmul(weight));
  const Tensor slope = 2 * (guess - y) * (1 - guess * guess) / static_cast<double>(y.numel());
  return x.t().matmul(slope);
}

/// Two steps of SGD on one batch.
Tensor two_steps(const Tensor& start, const Tensor& x, const Tensor& y, Bug bug) {
  const c10::InferenceMode off(false);
  const Tensor weight = leaf(start);
  SGD optimizer({weight}, SGDOptions(kRate));
  for (int step = 0; step < 2; ++step) {
    if (bug != Bug::not_cleared) optimizer.zero_grad();
    const Tensor loss = squared_error(weight, plain(x), plain(y));
    (bug == Bug::ascends ? -loss : loss).backward();
    if (bug == Bug::cleared_too_late) optimizer.zero_grad();
    optimizer.step();
  }
  return weight.detach().clone();
}

/// A linear regression under training.
gg::Contract fit(const gg::Contract& subject) {
  return subject.dim("B", 1, 6)
      .dim("F", 1, 4)
      .input("weight", gg::floats("F", gg::between(-2, 2)))
      .input("x", gg::floats("B F", gg::between(-3, 3)))
      .input("y", gg::floats("B", gg::between(-1, 1)))
      .output("trained", gg::floats("F"))
      .unordered("B")
      .not_differentiable("a training step");
}

template <Bug bug>
gg::Contract steps(const std::string& name, bool faulty) {
  return fit(gg::function(name,
                          [faulty](const Tensor& weight, const Tensor& x, const Tensor& y) {
                            return two_steps(weight, x, y, faulty ? bug : Bug::none);
                          }))
      .reference([](const Tensor& weight, const Tensor& x, const Tensor& y) {
        const Tensor once = weight - kRate * gradient(weight, x, y);
        return once - kRate * gradient(once, x, y);
      });
}

/// One step, with gradients cut to a norm of 0.1.
Tensor clipped_step(const Tensor& start, const Tensor& x, const Tensor& y, bool faulty) {
  const c10::InferenceMode off(false);
  const Tensor weight = leaf(start);
  SGD optimizer({weight}, SGDOptions(kRate));
  const Tensor loss = squared_error(weight, plain(x), plain(y));
  if (faulty) torch::nn::utils::clip_grad_norm_(weight, 0.1);
  loss.backward();
  if (!faulty) torch::nn::utils::clip_grad_norm_(weight, 0.1);
  optimizer.step();
  return weight.detach().clone();
}

gg::Contract clipping(const std::string& name, bool faulty) {
  return fit(gg::function(name,
                          [faulty](const Tensor& weight, const Tensor& x, const Tensor& y) {
                            return clipped_step(weight, x, y, faulty);
                          }))
      .reference([](const Tensor& weight, const Tensor& x, const Tensor& y) {
        const Tensor slope = gradient(weight, x, y);
        return weight - kRate * slope * (0.1 / (slope.norm() + 1e-6)).clamp_max(1);
      });
}

/// One step of two layers, the second of which came after the optimiser.
std::pair<Tensor, Tensor> layers_step(const Tensor& first, const Tensor& second, const Tensor& x,
                                      bool faulty) {
  const c10::InferenceMode off(false);
  const Tensor inner = leaf(first);
  const Tensor outer = leaf(second);
  std::vector<Tensor> trained = {inner};
  if (!faulty) trained.push_back(outer);
  SGD optimizer(trained, SGDOptions(kRate));
  torch::tanh(torch::tanh(plain(x).matmul(inner)).matmul(outer)).sum().backward();
  optimizer.step();
  return {inner.detach().clone(), outer.detach().clone()};
}

gg::Contract two_layers(const std::string& name, bool faulty) {
  return gg::function(name,
                      [faulty](const Tensor& first, const Tensor& second, const Tensor& x) {
                        return layers_step(first, second, x, faulty);
                      })
      .dim("B", 1, 5)
      .dim("F", 1, 4)
      .dim("H", 1, 4)
      .input("first", gg::floats("F H", gg::between(-2, 2)))
      .input("second", gg::floats("H", gg::between(-2, 2)))
      .input("x", gg::floats("B F", gg::between(-3, 3)))
      .output("first_trained", gg::floats("F H"))
      .output("second_trained", gg::floats("H"))
      .unordered("B")
      .not_differentiable("a training step")
      .reference(descended);
}

/// The gradient of a batch, gathered from micro-batches of two rows.
Tensor accumulated(const Tensor& weight, const Tensor& x, const Tensor& y, bool drops_last) {
  Tensor sum = torch::zeros_like(weight);
  const std::int64_t rows = x.size(0);
  for (std::int64_t row = 0; row < rows; row += 2) {
    const std::int64_t size = std::min<std::int64_t>(2, rows - row);
    if (drops_last && size < 2 && rows > 1) continue;
    const double share = static_cast<double>(size) / static_cast<double>(rows);
    sum = sum + share * gradient(weight, x.slice(0, row, row + size), y.slice(0, row, row + size));
  }
  return sum;
}

/// As above, as the mean of the micro-batches' means.
Tensor averaged(const Tensor& weight, const Tensor& x, const Tensor& y) {
  std::vector<Tensor> parts;
  for (std::int64_t row = 0; row < x.size(0); row += 2) {
    parts.push_back(gradient(weight, x.slice(0, row, row + 2), y.slice(0, row, row + 2)));
  }
  return torch::stack(parts).mean(0);
}

using Gradient = Tensor (*)(const Tensor&, const Tensor&, const Tensor&);

gg::Contract accumulation(const std::string& name, Gradient function) {
  return fit(gg::function(name, function)).reference(gradient);
}

Tensor all_windows(const Tensor& weight, const Tensor& x, const Tensor& y) {
  return accumulated(weight, x, y, /*drops_last=*/false);
}
Tensor full_windows(const Tensor& weight, const Tensor& x, const Tensor& y) {
  return accumulated(weight, x, y, /*drops_last=*/true);
}

template <Gradient faulty_gradient>
gg::Contract accumulation_by(const std::string& name, bool faulty) {
  return accumulation(name, faulty ? faulty_gradient : all_windows);
}

/// Two steps of an Adam of one's own.
template <bool faulty>
Tensor own_adam(const Tensor& start, const Tensor& first, const Tensor& second) {
  Tensor weight = start;
  Tensor mean = torch::zeros_like(start);
  Tensor square = torch::zeros_like(start);
  double step = 0;
  for (const Tensor& slope : {first, second}) {
    ++step;
    mean = 0.9 * mean + 0.1 * slope;
    square = 0.999 * square + 0.001 * slope * slope;
    const double mean_bias = faulty ? 1 : 1 - std::pow(0.9, step);
    const double square_bias = faulty ? 1 : 1 - std::pow(0.999, step);
    weight = weight - kRate * (mean / mean_bias) / ((square / square_bias).sqrt() + 1e-8);
  }
  return weight;
}

/// Two steps of SGD with momentum and decay of one's own.
template <bool faulty>
Tensor own_momentum(const Tensor& start, const Tensor& first, const Tensor& second) {
  Tensor weight = start;
  Tensor velocity = torch::zeros_like(start);
  for (const Tensor& slope : {first, second}) {
    velocity = 0.9 * velocity + (faulty ? slope : slope + 0.5 * weight);
    weight = weight - kRate * (faulty ? velocity + 0.5 * weight : velocity);
  }
  return weight;
}

/// `optimizer` fed with two gradients.
template <class Optimizer, class Options>
Tensor library_steps(const Tensor& start, const Tensor& first, const Tensor& second,
                     const Options& options) {
  const Tensor weight = leaf(start);
  Optimizer optimizer({weight}, options);
  for (const Tensor& slope : {first, second}) {
    weight.mutable_grad() = slope.detach().clone();
    optimizer.step();
  }
  return weight.detach().clone();
}

gg::Contract optimiser(const std::string& name, Gradient function) {
  return gg::function(name, function)
      .dim("F", 1, 6)
      .input("weight", gg::floats("F", gg::between(-2, 2)))
      .input("first", gg::floats("F", gg::between(-2, 2)))
      .input("second", gg::floats("F", gg::between(-2, 2)))
      .output("trained", gg::floats("F"))
      .not_differentiable("an optimiser");
}

gg::Contract adam(const std::string& name, bool faulty) {
  return optimiser(name, faulty ? own_adam<true> : own_adam<false>)
      .reference([](const Tensor& start, const Tensor& first, const Tensor& second) {
        return library_steps<torch::optim::Adam>(start, first, second,
                                                 torch::optim::AdamOptions(kRate));
      });
}

gg::Contract momentum(const std::string& name, bool faulty) {
  return optimiser(name, faulty ? own_momentum<true> : own_momentum<false>)
      .reference([](const Tensor& start, const Tensor& first, const Tensor& second) {
        return library_steps<SGD>(start, first, second,
                                  SGDOptions(kRate).momentum(0.9).weight_decay(0.5));
      });
}

/// Rates that rise to 0.1 over the first 100 steps, from step 1 on.
template <bool faulty>
Tensor warm_up(const Tensor& step) {
  const Tensor exact = step.to(torch::kDouble);
  const Tensor part = faulty ? torch::floor_divide(step, 100).to(torch::kDouble) : exact / 100;
  return (part * 0.1).clamp_max(0.1);
}

gg::Contract warming(const std::string& name, bool faulty) {
  return gg::function(name, faulty ? warm_up<true> : warm_up<false>)
      .dim("B", 1, 6)
      .input("step", gg::integers("B", 1, 1000))
      .output("rate", gg::floats("B", gg::between(1e-3, 0.1)).of_dtypes({gg::DType::float64}))
      .batch("B");
}

/// A squared error whose gradients were to be cut.
template <bool faulty>
Tensor tame_error(const Tensor& guess, const Tensor& truth) {
  const Tensor loss = (guess - truth).pow(2).mean();
  return faulty ? loss.clamp_max(1) : loss;
}

gg::Contract clipped_loss(const std::string& name, bool faulty) {
  return gg::function(name, faulty ? tame_error<true> : tame_error<false>)
      .dim("B", 1, 6)
      .input("guess", gg::floats("B"))
      .input("truth", gg::floats("B"))
      .output("loss", gg::floats("", gg::between(0, 1e9)))
      .unordered("B")
      .reference(
          [](const Tensor& guess, const Tensor& truth) { return torch::mse_loss(guess, truth); });
}

}  // namespace

std::vector<Pair> training_steps() {
  return {
      pair("GradientsNotCleared", 161, "gradients are not cleared", steps<Bug::not_cleared>),
      pair("ClearedTooLate", 162, "gradients are cleared between backward and step",
           steps<Bug::cleared_too_late>),
      pair("ClimbsTheLoss", 159, "the sign of the loss is flipped", steps<Bug::ascends>),
      pair("LayerNotTrained", 163, "the optimiser is not given all parameters", two_layers),
      pair("ClippedTooEarly", 164, "gradients are clipped before the backward", clipping),
      pair("LossIsClipped", 109, "the loss is clipped in place of its gradients", clipped_loss),
      pair("PartialWindowDropped", 169, "accumulation drops the last partial window",
           accumulation_by<full_windows>),
      pair("MicroBatchesAveraged", 40, "micro-batches are averaged without their sizes",
           accumulation_by<averaged>),
      pair("BiasNotCorrected", 168, "an Adam without bias correction", adam),
      pair("DecayOutsideMomentum", 168, "the decay of SGD bypasses the momentum", momentum),
      pair("IntegerWarmUp", 166, "a warm-up by integer arithmetic", warming),
  };
}

}  // namespace zoo
