#include <ATen/ops/add.h>
#include <ATen/ops/addcdiv.h>
#include <ATen/ops/addcmul.h>
#include <ATen/ops/atan2.h>
#include <ATen/ops/bitwise_and.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/copysign.h>
#include <ATen/ops/div.h>
#include <ATen/ops/fmod.h>
#include <ATen/ops/gcd.h>
#include <ATen/ops/hypot.h>
#include <ATen/ops/lerp.h>
#include <ATen/ops/logaddexp.h>
#include <ATen/ops/logaddexp2.h>
#include <ATen/ops/lt.h>
#include <ATen/ops/maximum.h>
#include <ATen/ops/minimum.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/pow.h>
#include <ATen/ops/remainder.h>
#include <ATen/ops/sub.h>
#include <ATen/ops/where.h>

#include "tests/torch_nn/functions/functions.h"
#include "tests/torch_nn/functions/helpers.h"

namespace gg = gradgrind;

namespace torch_functions {
namespace {

using at::Tensor;

/// Of three elements at the same place.
template <class Function>
gg::Contract of_triples(const std::string& name, Function function, const gg::Domain& c,
                        gg::Location location = gg::Location::here()) {
  return gg::function(name, function, location)
      .dim("B", 1, 8)
      .variadic("S", 0, 2)
      .input("a", gg::floats("B *S"))
      .input("b", gg::floats("B *S"))
      .input("c", c)
      .output("y", gg::floats("B *S"))
      .batch("B");
}

/// Of whole numbers 0 .. 100.
template <class Function>
gg::Contract of_integers(const std::string& name, Function function,
                         gg::Location location = gg::Location::here()) {
  return gg::function(name, function, location)
      .dim("B", 1, 8)
      .variadic("S", 0, 2)
      .input("a", gg::integers("B *S", 0, 100))
      .input("b", gg::integers("B *S", 0, 100))
      .output("y", gg::integers("B *S", 0, 100))
      .batch("B")
      .declares(gg::symmetric("a", "b"));
}

Tensor add(const Tensor& a, const Tensor& b) { return at::add(a, b); }
Tensor sub(const Tensor& a, const Tensor& b) { return at::sub(a, b, /*alpha=*/2); }
Tensor mul(const Tensor& a, const Tensor& b) { return at::mul(a, b); }
Tensor div(const Tensor& a, const Tensor& b) { return at::div(a, b); }
Tensor fmod(const Tensor& a, const Tensor& b) { return at::fmod(a, b); }
Tensor remainder(const Tensor& a, const Tensor& b) { return at::remainder(a, b); }
Tensor pow(const Tensor& a, const Tensor& b) { return at::pow(a, b); }
Tensor copysign(const Tensor& a, const Tensor& b) { return at::copysign(a, b); }
Tensor less(const Tensor& a, const Tensor& b) { return at::lt(a, b); }
Tensor bitwise_and(const Tensor& a, const Tensor& b) { return at::bitwise_and(a, b); }

Tensor clamp(const Tensor& x, const Tensor& lowest, const Tensor& highest) {
  return at::clamp(x, c10::optional<Tensor>(lowest), c10::optional<Tensor>(highest));
}
Tensor lerp(const Tensor& a, const Tensor& b, const Tensor& c) { return at::lerp(a, b, c); }
Tensor addcmul(const Tensor& a, const Tensor& b, const Tensor& c) {
  return at::addcmul(a, b, c, /*value=*/0.5);
}
Tensor addcdiv(const Tensor& a, const Tensor& b, const Tensor& c) { return at::addcdiv(a, b, c); }
Tensor where(const Tensor& a, const Tensor& b, const Tensor& takes_a) {
  return at::where(takes_a, a, b);
}

}  // namespace

std::vector<gg::Contract> pairs() {
  const gg::ValuePolicy any = gg::ordinary();
  const gg::ValuePolicy positive = gg::between(0.1, 100);
  const gg::Law symmetric = gg::symmetric("a", "b");
  return {
      of_pairs("add", add).declares(symmetric).declares(gg::additive("a")),
      of_pairs("sub", sub).declares(gg::additive("b")),
      of_pairs("mul", mul).declares(symmetric).declares(gg::additive("a")),
      of_pairs("div", div, any, positive).declares(gg::additive("a")),
      gg::function("add_broadcast", add)
          .variadic("S", 0, 3)
          .input("a", gg::floats("*S"))
          .input("b", gg::broadcastable("a"))
          .output("y", gg::floats("*S")),
      of_pairs("maximum", at::maximum).declares(symmetric).declares(gg::monotone("a")),
      of_pairs("minimum", at::minimum).declares(symmetric).declares(gg::monotone("a")),
      of_pairs("atan2", at::atan2, any, positive).declares(gg::odd("a")),
      of_pairs("hypot", at::hypot)
          .declares(symmetric)
          .declares(gg::even("a"))
          .except("gradients_are_finite", "LibTorch divides 0 by 0 at the origin")
          .except("stays_finite_at_the_corners", "LibTorch divides 0 by 0 at the origin")
          .except("keeps_row_gradients_apart", "LibTorch divides 0 by 0 at the origin"),
      of_pairs("logaddexp", at::logaddexp).declares(symmetric).declares(gg::monotone("a")),
      of_pairs("logaddexp2", at::logaddexp2).declares(symmetric).declares(gg::monotone("a")),
      of_pairs("pow", pow, positive, gg::between(-3, 3)),
      of_pairs("fmod", fmod, any, positive).declares(gg::odd("a")),
      of_pairs("remainder", remainder, any, positive),
      of_pairs("copysign", copysign).declares(gg::even("a")),
      of_triples("clamp_by_tensors", clamp, gg::floats("B *S")).declares(gg::monotone("a")),
      of_triples("lerp", lerp, gg::probabilities("B *S")),
      of_triples("addcmul", addcmul, gg::floats("B *S"))
          .declares(gg::additive("a"))
          .declares(gg::symmetric("b", "c")),
      of_triples("addcdiv", addcdiv, gg::floats("B *S", positive)).declares(gg::additive("a")),
      of_triples("where", where, gg::booleans("B *S")).declares(gg::monotone("a")),
      gg::function("lt", less)
          .dim("B", 1, 8)
          .input("a", gg::floats("B"))
          .input("b", gg::floats("B"))
          .output("y", gg::booleans("B"))
          .batch("B"),
      of_integers("bitwise_and", bitwise_and),
      of_integers("gcd", at::gcd),
  };
}

}  // namespace torch_functions
