// Functions that keep a law that they declare, and functions that do not; sequences in two pieces,
// and modules in two versions.
#include <torch/torch.h>

#include <tuple>

#include "tests/properties/simple_contracts.h"
#include "tests/properties/subjects.h"

namespace gradgrind {
namespace {

using torch::Tensor;
namespace nn = torch::nn;
using Map = Tensor (*)(const Tensor&);
using Pairing = Tensor (*)(const Tensor&, const Tensor&);

Contract of_vectors(const std::string& name, Map function) {
  return gradgrind::function(name, function)
      .dim("D", 1, 5)
      .input("x", floats("D"))
      .output("y", floats("D"));
}

Contract of_rows(const std::string& name, Map function) {
  return gradgrind::function(name, function)
      .dim("B", 1, 5)
      .input("x", floats("B 3"))
      .output("y", floats(""));
}

Contract of_pairs(const std::string& name, Pairing function) {
  return gradgrind::function(name, function)
      .dim("D", 1, 5)
      .input("a", floats("D"))
      .input("b", floats("D"))
      .output("y", floats(""));
}

Tensor affine(const Tensor& x) { return x * 3 - 1; }
Tensor clamped(const Tensor& x) { return x.clamp(-1, 1); }
Tensor with_bias(const Tensor& x) { return x * 2 + 0.25; }
Tensor square(const Tensor& x) { return x * x; }
Tensor sign(const Tensor& x) { return x.sign(); }
Tensor softmax(const Tensor& x) { return x.softmax(-1); }
Tensor relu(const Tensor& x) { return x.relu(); }
Tensor leaky(const Tensor& x) { return torch::leaky_relu(x, 0.1); }
Tensor negated(const Tensor& x) { return -x; }
Tensor flipped_and_moved(const Tensor& x) { return 1e-3 - x * 1.0001; }
Tensor cubed(const Tensor& x) { return x * x * x; }
Tensor gelu(const Tensor& x) { return torch::gelu(x); }
Tensor silu(const Tensor& x) { return torch::silu(x); }
Tensor distance(const Tensor& a, const Tensor& b) { return (a - b).abs().sum(); }
Tensor relative_distance(const Tensor& a, const Tensor& b) {
  return (a - b).abs().sum() / (a.abs().sum() + 1);
}
Tensor mean_square(const Tensor& x) { return (x * x).mean(); }
Tensor sum_of_squares(const Tensor& x) { return (x * x).sum(); }
Tensor ring(const Tensor& x) { return x + x.roll(1, 0); }
Tensor with_edge(const Tensor& x) { return torch::constant_pad_nd(x, {1, 0}).slice(0, 0, -1) + x; }
Tensor by_place(const Tensor& x) { return x * torch::arange(1, x.size(0) + 1).to(x.scalar_type()); }

// -- Two pieces -----------------------------------------------------------------------------------

std::tuple<Tensor, Tensor> running(const Tensor& x, const Tensor& start) {
  const Tensor y = x.cumsum(1) + start.unsqueeze(1);
  return {y, y.select(1, -1)};
}
std::tuple<Tensor, Tensor> forgets_start(const Tensor& x, const Tensor& start) {
  const Tensor y = x.cumsum(1) + start.unsqueeze(1);
  return {y, y.select(1, -1) - start};
}

template <class Function>
Contract summing(const std::string& name, Function function) {
  return gradgrind::function(name, function)
      .dim("B", 1, 3)
      .dim("T", 1, 5)
      .input("x", floats("B T"))
      .input("start", floats("B"))
      .output("y", floats("B T"))
      .output("end", floats("B"))
      .batch("B")
      .sequence("T")
      .carries_state("start", "end");
}

// -- Two versions ---------------------------------------------------------------------------------

template <bool kTransposes>
struct Square : nn::Module {
  Square() : weight(register_parameter("weight", torch::rand({3, 3}))) {}
  Tensor forward(const Tensor& x) {
    return kTransposes ? x.matmul(weight.t()) : nn::functional::linear(x, weight.t());
  }
  Tensor weight;
};

template <bool kTransposes>
std::shared_ptr<Square<kTransposes>> make_square(const Draw&) {
  return std::make_shared<Square<kTransposes>>();
}

struct Linear3 : nn::Module {
  Linear3() : weight(register_parameter("weight", torch::rand({3, 3}))) {}
  Tensor forward(const Tensor& x) { return nn::functional::linear(x, weight); }
  Tensor weight;
};

Contract versions(const std::string& name) {
  return gradgrind::module(name, make_square<true>)
      .dim("B", 1, 3)
      .input("x", floats("B 3"))
      .output("y", floats("B 3"))
      .batch("B");
}

}  // namespace

std::vector<Subjects> law_subjects() {
  const auto linear3 = [](const Draw&) { return std::make_shared<Linear3>(); };
  const Law ring_law = translation_equivariant("D");
  return {
      {"agrees_with_the_other_version", versions("Transposed").other_version(make_square<false>),
       versions("Untransposed").other_version(linear3)},
      {"carries_its_state_across_a_cut", summing("ForgetsStart", forgets_start),
       summing("RunningSum", running)},
      {"is_additive", of_vectors("Clamped", clamped).declares(additive("x")),
       of_vectors("Affine", affine).declares(additive("x"))},
      {"is_homogeneous", of_vectors("WithBias", with_bias).declares(homogeneous("x")),
       of_vectors("Square", square).declares(homogeneous("x", 2))},
      {"ignores_scale", of_vectors("Twice", twice).declares(scale_invariant("x")),
       of_vectors("Sign", sign).declares(scale_invariant("x"))},
      {"ignores_shift", of_vectors("Twice", twice).declares(shift_invariant("x")),
       of_vectors("Softmax", softmax).declares(shift_invariant("x"))},
      {"is_idempotent", of_vectors("Leaky", leaky).declares(idempotent()),
       of_vectors("Relu", relu).declares(idempotent())},
      {"is_its_own_inverse", of_vectors("Moved", flipped_and_moved).declares(involution()),
       of_vectors("Negated", negated).declares(involution())},
      {"is_odd", of_vectors("Gelu", gelu).declares(odd("x")),
       of_vectors("Cubed", cubed).declares(odd("x"))},
      {"is_even", of_vectors("Cubed", cubed).declares(even("x")),
       of_vectors("Square", square).declares(even("x"))},
      {"is_symmetric", of_pairs("Relative", relative_distance).declares(symmetric("a", "b")),
       of_pairs("Distance", distance).declares(symmetric("a", "b"))},
      {"commutes_with_translation", of_vectors("ByPlace", by_place).declares(ring_law),
       of_vectors("Ring", ring).declares(ring_law)},
      {"commutes_with_translation", of_vectors("WithEdge", with_edge).declares(ring_law),
       of_vectors("WithEdge", with_edge).declares(translation_equivariant("D", 1))},
      {"averages_over_its_rows", of_rows("Sum", sum_of_squares).declares(mean_over("B")),
       of_rows("Mean", mean_square).declares(mean_over("B"))},
      {"changes_no_more_than_declared", of_vectors("Square", square).declares(lipschitz("x", 1)),
       of_vectors("Clamped", clamped).declares(lipschitz("x", 1))},
      {"changes_no_more_than_declared", of_vectors("Sign", sign).declares(lipschitz("x", 1000)),
       of_vectors("Affine", affine).declares(lipschitz("x", 3))},
      {"is_monotone", of_vectors("Silu", silu).declares(monotone("x")),
       of_vectors("Relu", relu).declares(monotone("x"))},
  };
}

}  // namespace gradgrind
