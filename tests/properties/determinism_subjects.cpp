// Subjects that depend on what they may not: seeds, threads, memory that nobody wrote.
#include <ATen/Parallel.h>
#include <torch/torch.h>

#include "tests/properties/simple_contracts.h"
#include "tests/properties/subjects.h"

namespace gradgrind {
namespace {

using torch::Tensor;
namespace nn = torch::nn;

Tensor seeds_everyone(const Tensor& x) {
  torch::manual_seed(42);
  return x * 2;
}
Tensor fixed_noise(const Tensor& x) {
  torch::manual_seed(42);
  return x + torch::rand_like(x);
}
Tensor noise(const Tensor& x) { return x + torch::rand_like(x); }

// Forgets the last column, as a loop that ends one too early does.
Tensor forgets_a_column(const Tensor& x) {
  Tensor result = torch::empty_like(x);
  result.slice(1, 0, x.size(1) - 1).copy_(x.slice(1, 0, x.size(1) - 1));
  return result;
}

// Splits the rows among threads, and loses what does not divide.
Tensor loses_the_remainder(const Tensor& x) {
  const std::int64_t threads = at::get_num_threads();
  const std::int64_t handled = x.size(0) / threads * threads;
  Tensor result = torch::zeros_like(x);
  result.slice(0, 0, handled).copy_(x.slice(0, 0, handled));
  return result;
}

enum class Drop { right, in_evaluation_mode };

template <Drop kFault>
struct Dropping : nn::Module {
  Dropping()
      : linear(register_module("linear", nn::Linear(3, 4))),
        dropout(register_module("dropout", nn::Dropout(0.5))) {}
  Tensor forward(const Tensor& x) {
    if (kFault == Drop::in_evaluation_mode) return torch::dropout(linear(x), 0.5, /*train=*/false);
    return dropout(linear(x));
  }
  nn::Linear linear;
  nn::Dropout dropout;
};

template <Drop kFault>
Contract dropping(const std::string& name) {
  return gradgrind::module(name, [](const Draw&) { return std::make_shared<Dropping<kFault>>(); })
      .dim("B", 1, 4)
      .input("x", floats("B 3"))
      .output("y", floats("B 4"))
      .batch("B");
}

}  // namespace

std::vector<Subjects> determinism_subjects() {
  const Contract sound = rows("Twice", twice);
  return {
      {"another_seed_gives_other_results", rows("FixedNoise", fixed_noise).stochastic("noise"),
       rows("Noise", noise).stochastic("noise")},
      {"a_dropout_acts_in_training", dropping<Drop::in_evaluation_mode>("NeverDrops"),
       dropping<Drop::right>("Dropping")},
      {"leaves_the_generator_alone", rows("SeedsEveryone", seeds_everyone), sound},
      {"never_reads_what_nobody_wrote", rows("ForgetsAColumn", forgets_a_column), sound},
      {"thread_counts_agree", rows("LosesTheRemainder", loses_the_remainder), sound},
  };
}

}  // namespace gradgrind
