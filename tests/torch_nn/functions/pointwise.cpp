#include <ATen/ops/abs.h>
#include <ATen/ops/acos.h>
#include <ATen/ops/acosh.h>
#include <ATen/ops/asin.h>
#include <ATen/ops/asinh.h>
#include <ATen/ops/atan.h>
#include <ATen/ops/atanh.h>
#include <ATen/ops/ceil.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/cos.h>
#include <ATen/ops/cosh.h>
#include <ATen/ops/deg2rad.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/exp2.h>
#include <ATen/ops/expm1.h>
#include <ATen/ops/floor.h>
#include <ATen/ops/frac.h>
#include <ATen/ops/log.h>
#include <ATen/ops/log10.h>
#include <ATen/ops/log1p.h>
#include <ATen/ops/log2.h>
#include <ATen/ops/nan_to_num.h>
#include <ATen/ops/neg.h>
#include <ATen/ops/pow.h>
#include <ATen/ops/reciprocal.h>
#include <ATen/ops/round.h>
#include <ATen/ops/rsqrt.h>
#include <ATen/ops/sign.h>
#include <ATen/ops/sin.h>
#include <ATen/ops/sinh.h>
#include <ATen/ops/sqrt.h>
#include <ATen/ops/square.h>
#include <ATen/ops/tan.h>
#include <ATen/ops/tanh.h>
#include <ATen/ops/trunc.h>

#include "tests/torch_nn/functions/functions.h"
#include "tests/torch_nn/functions/helpers.h"

namespace gg = gradgrind;

namespace torch_functions {
namespace {

/// To whole numbers.
gg::Contract rounding(const std::string& name, at::Tensor (*function)(const at::Tensor&),
                      gg::Location location = gg::Location::here()) {
  return elementwise(name, function, gg::ordinary(), gg::ordinary(), location)
      .declares(gg::idempotent())
      .declares(gg::monotone("x"));
}

at::Tensor round(const at::Tensor& x) { return at::round(x); }
at::Tensor clamp(const at::Tensor& x) { return at::clamp(x, -1, 2); }
at::Tensor cube(const at::Tensor& x) { return at::pow(x, 3); }
at::Tensor nan_to_num(const at::Tensor& x) { return at::nan_to_num(x); }

}  // namespace

std::vector<gg::Contract> pointwise() {
  const gg::Law even = gg::even("x");
  const gg::Law monotone = gg::monotone("x");
  const gg::Law odd = gg::odd("x");
  const gg::ValuePolicy any = gg::ordinary();
  const gg::ValuePolicy positive = gg::between(1e-3, 1e3);
  const gg::ValuePolicy exponents = gg::between(-20, 20);
  const gg::ValuePolicy unit = gg::between(-0.99, 0.99);
  // From 125 on an angle changes the last bit of its neighbours (docs/libtorch-findings.md, 44).
  const gg::ValuePolicy angles = gg::between(-100, 100);
  return {
      elementwise("abs", at::abs)
          .declares(even)
          .declares(gg::idempotent())
          .declares(gg::homogeneous("x")),
      elementwise("neg", at::neg)
          .declares(odd)
          .declares(gg::involution())
          .declares(gg::additive("x")),
      elementwise("sign", at::sign, any, gg::between(-1, 1)).declares(odd).declares(monotone),
      elementwise("square", at::square).declares(even).declares(gg::homogeneous("x", 2)),
      elementwise("cube", cube).declares(odd).declares(monotone).declares(gg::homogeneous("x", 3)),
      elementwise("sqrt", at::sqrt, positive)
          .declares(monotone)
          .declares(gg::homogeneous("x", 0.5)),
      elementwise("rsqrt", at::rsqrt, positive).declares(gg::homogeneous("x", -0.5)),
      elementwise("reciprocal", at::reciprocal, positive)
          .declares(gg::involution())
          .declares(gg::homogeneous("x", -1)),
      elementwise("exp", at::exp, exponents).declares(monotone),
      elementwise("exp2", at::exp2, exponents).declares(monotone),
      elementwise("expm1", at::expm1, exponents).declares(monotone),
      elementwise("log", at::log, positive).declares(monotone),
      elementwise("log2", at::log2, positive).declares(monotone),
      elementwise("log10", at::log10, positive).declares(monotone),
      elementwise("log1p", at::log1p, gg::between(-0.9, 1e3)).declares(monotone),
      elementwise("sin", at::sin, angles, gg::between(-1, 1)).declares(odd),
      elementwise("cos", at::cos, angles, gg::between(-1, 1)).declares(even),
      elementwise("tan", at::tan, gg::between(-1.4, 1.4)).declares(odd).declares(monotone),
      elementwise("asin", at::asin, unit).declares(odd).declares(monotone),
      elementwise("acos", at::acos, unit),
      elementwise("atan", at::atan).declares(odd).declares(monotone),
      elementwise("sinh", at::sinh, exponents).declares(odd).declares(monotone),
      elementwise("cosh", at::cosh, exponents).declares(even),
      elementwise("tanh", at::tanh, any, gg::between(-1, 1)).declares(odd).declares(monotone),
      elementwise("asinh", at::asinh).declares(odd).declares(monotone),
      elementwise("acosh", at::acosh, gg::between(1.01, 1e3)).declares(monotone),
      elementwise("atanh", at::atanh, unit).declares(odd).declares(monotone),
      rounding("floor", at::floor),
      rounding("ceil", at::ceil),
      rounding("round", round).declares(odd),
      rounding("trunc", at::trunc).declares(odd),
      elementwise("frac", at::frac, any, gg::between(-1, 1)).declares(odd),
      elementwise("clamp", clamp, any, gg::between(-1, 2))
          .declares(gg::idempotent())
          .declares(monotone),
      elementwise("nan_to_num", nan_to_num).declares(gg::idempotent()),
      elementwise("deg2rad", at::deg2rad).declares(gg::additive("x")),
  };
}

}  // namespace torch_functions
