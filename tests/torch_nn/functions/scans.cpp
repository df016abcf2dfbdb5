#include <ATen/ops/cummax.h>
#include <ATen/ops/cummin.h>
#include <ATen/ops/cumprod.h>
#include <ATen/ops/cumsum.h>
#include <ATen/ops/cumulative_trapezoid.h>
#include <ATen/ops/diff.h>
#include <ATen/ops/logcumsumexp.h>

#include "tests/torch_nn/functions/functions.h"
#include "tests/torch_nn/functions/helpers.h"

namespace gg = gradgrind;

namespace torch_functions {
namespace {

using at::Tensor;

/// Along a sequence, of which no position sees a later one.
template <class Function>
gg::Contract scan(const std::string& name, Function function,
                  const gg::ValuePolicy& from = gg::ordinary(),
                  gg::Location location = gg::Location::here()) {
  return gg::function(name, function, location)
      .dim("B", 1, 4)
      .dim("T", 1, 9)
      .variadic("S", 0, 1)
      .input("x", gg::floats("B T *S", from))
      .output("values", gg::floats("B T *S"))
      .batch("B")
      .sequence("T")
      .causal();
}

}  // namespace

std::vector<gg::Contract> scans() {
  const auto diff = [](const Tensor& x) { return at::diff(x, 1, 1); };
  const auto trapezoids = [](const Tensor& x) { return at::cumulative_trapezoid(x, 1); };
  return {
      scan("cumsum", [](const Tensor& x) { return at::cumsum(x, 1); }).declares(gg::additive("x")),
      scan(
          "cumprod", [](const Tensor& x) { return at::cumprod(x, 1); }, gg::between(-2, 2)),
      scan("cummax", [](const Tensor& x) { return at::cummax(x, 1); })
          .output("indices", gg::ids("B T *S", "T")),
      scan("cummin", [](const Tensor& x) { return at::cummin(x, 1); })
          .output("indices", gg::ids("B T *S", "T")),
      scan("logcumsumexp", [](const Tensor& x) { return at::logcumsumexp(x, 1); })
          .declares(gg::monotone("x")),
      gg::function("diff", diff)
          .dim("B", 1, 4)
          .dim("T", 1, 9)
          .input("x", gg::floats("B T+1"))
          .output("y", gg::floats("B T"))
          .batch("B")
          .declares(gg::additive("x"))
          .declares(gg::shift_invariant("x")),
      gg::function("cumulative_trapezoid", trapezoids)
          .dim("B", 1, 4)
          .dim("T", 1, 9)
          .input("x", gg::floats("B T+1"))
          .output("y", gg::floats("B T"))
          .batch("B")
          .declares(gg::additive("x")),
  };
}

}  // namespace torch_functions
