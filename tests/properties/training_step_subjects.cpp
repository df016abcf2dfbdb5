// Training steps of one layer, each with a fault beside it.
#include <torch/torch.h>

#include <cmath>
#include <vector>

#include "tests/properties/subjects.h"

namespace gradgrind {
namespace {

using torch::Tensor;
namespace nn = torch::nn;
using torch::optim::SGD;
using torch::optim::SGDOptions;

enum class Slip {
  none,
  forgets_bias,
  trains_frozen,
  never_clears,
  keeps_first_batch,
  ignores_target,
  counts,
  writes_to_batch,
  ascends,
  divides_by_rows,
};

Tensor loss_of(nn::LinearImpl& layer, const Tensor& x, const Tensor& label, Slip slip) {
  const Tensor y = layer.forward(x);
  const Tensor error = slip == Slip::ignores_target ? y : y - label;
  return error.pow(2).mean();
}

// What an optimizer of one's own does by hand.
void step_by_hand(nn::LinearImpl& layer, double rate) {
  const torch::NoGradGuard no_grad;
  for (Tensor& parameter : layer.parameters()) parameter.sub_(parameter.grad() * rate);
}

std::vector<Tensor> trained_parameters(nn::LinearImpl& layer, Slip slip) {
  if (slip == Slip::forgets_bias) return {layer.weight};
  return layer.parameters();
}

auto make_step(nn::LinearImpl& layer, Slip slip) {
  const double rate = slip == Slip::ascends ? -0.05 : 0.05;
  return [&layer, slip, first = Inputs(),
          optimizer = SGD(trained_parameters(layer, slip), SGDOptions(std::abs(rate))),
          rate](const Inputs& given) mutable {
    if (first.count() == 0) first = given;
    const Inputs& batch = slip == Slip::keeps_first_batch ? first : given;
    Tensor x = batch["x"];
    if (slip == Slip::writes_to_batch) x.mul_(0.5);
    if (slip == Slip::counts) {
      static double calls = 0;
      x = x + 1e-3 * ++calls;
    }
    if (slip != Slip::never_clears) optimizer.zero_grad();
    const Tensor loss = loss_of(layer, x, batch["label"], slip);
    loss.backward();
    if (slip == Slip::divides_by_rows) {
      step_by_hand(layer, rate / static_cast<double>(x.size(0)));
    } else if (slip == Slip::ascends) {
      step_by_hand(layer, rate);
    } else {
      optimizer.step();
    }
    if (slip == Slip::trains_frozen) {
      const torch::NoGradGuard no_grad;
      layer.bias.mul_(0.9);
    }
    return loss;
  };
}

Contract training(const std::string& name, Slip slip) {
  return gradgrind::module(name, [](const Draw&) { return nn::Linear(3, 2); })
      .dim("B", 1, 4)
      .input("x", floats("B 3", between(-2, 2)))
      .output("y", floats("B 2"))
      .target("label", floats("B 2", between(-2, 2)))
      .loss([](const Tensor& y, const Tensor& label) { return (y - label).pow(2).mean(); })
      .batch("B")
      .training_step([slip](nn::LinearImpl& layer) { return make_step(layer, slip); });
}

}  // namespace

std::vector<Subjects> training_step_subjects() {
  const Contract sound = training("Trains", Slip::none);
  const char* trains = "a_training_step_trains_what_has_a_gradient";
  return {
      {trains, training("ForgetsBias", Slip::forgets_bias), sound},
      {trains, training("TrainsFrozen", Slip::trains_frozen).frozen("bias"),
       training("Freezes", Slip::forgets_bias).frozen("bias")},
      {"a_training_step_forgets_older_gradients", training("NeverClears", Slip::never_clears),
       sound},
      {"a_training_step_follows_its_batch", training("KeepsFirst", Slip::keeps_first_batch), sound},
      {"a_training_step_follows_its_batch", training("IgnoresTarget", Slip::ignores_target), sound},
      {"equal_training_steps_agree", training("Counts", Slip::counts), sound},
      {"a_training_step_leaves_its_batch_alone", training("Writes", Slip::writes_to_batch), sound},
      {"training_steps_lower_the_loss", training("Ascends", Slip::ascends), sound},
      {"a_training_step_survives_an_empty_batch", training("Divides", Slip::divides_by_rows),
       sound},
  };
}

}  // namespace gradgrind
