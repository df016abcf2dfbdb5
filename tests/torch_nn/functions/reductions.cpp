#include <ATen/ops/all.h>
#include <ATen/ops/amax.h>
#include <ATen/ops/amin.h>
#include <ATen/ops/any.h>
#include <ATen/ops/argmax.h>
#include <ATen/ops/count_nonzero.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/logsumexp.h>
#include <ATen/ops/max.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/median.h>
#include <ATen/ops/min.h>
#include <ATen/ops/nanmedian.h>
#include <ATen/ops/nansum.h>
#include <ATen/ops/prod.h>
#include <ATen/ops/quantile.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/std.h>
#include <ATen/ops/std_mean.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/trapezoid.h>
#include <ATen/ops/var.h>

#include <limits>

#include "tests/torch_nn/functions/functions.h"
#include "tests/torch_nn/functions/helpers.h"

namespace gg = gradgrind;

namespace torch_functions {
namespace {

using at::Tensor;

/// A number for each row.
template <class Function>
gg::Contract number(const std::string& name, Function function,
                    const gg::ValuePolicy& from = gg::ordinary(), std::int64_t lowest = 1,
                    gg::Location location = gg::Location::here()) {
  return of_rows(name, function, from, lowest, location).output("y", gg::floats("B *S"));
}

/// A number that comes from a place in the row, and that place.
template <class Function>
gg::Contract number_and_place(const std::string& name, Function function,
                              gg::Location location = gg::Location::here()) {
  return of_rows(name, function, gg::ordinary(), 1, location)
      .output("values", gg::floats("B *S"))
      .output("indices", gg::ids("B *S", "D"));
}

constexpr char kStrideOfZero[] = "LibTorch takes no median along a dim of stride 0";

auto norm(double order) {
  return [order](const Tensor& x) { return at::linalg_vector_norm(x, order, at::IntArrayRef(-1)); };
}

}  // namespace

std::vector<gg::Contract> reductions() {
  const gg::Law additive = gg::additive("x");
  const gg::Law even = gg::even("x");
  const gg::Law homogeneous = gg::homogeneous("x");
  const gg::Law monotone = gg::monotone("x");
  const gg::Law shift_invariant = gg::shift_invariant("x");
  const gg::ValuePolicy any = gg::ordinary();
  return {
      number("sum", [](const Tensor& x) { return at::sum(x, -1); })
          .declares(additive)
          .unordered("D"),
      number("mean", [](const Tensor& x) { return at::mean(x, -1); })
          .declares(additive)
          .unordered("D"),
      number("nansum", [](const Tensor& x) { return at::nansum(x, -1); }).declares(additive),
      number(
          "prod", [](const Tensor& x) { return at::prod(x, -1); }, gg::between(-2, 2))
          .unordered("D"),
      number("trapezoid", [](const Tensor& x) { return at::trapezoid(x); }).declares(additive),
      number("amax", [](const Tensor& x) { return at::amax(x, -1); })
          .declares(homogeneous)
          .declares(monotone)
          .unordered("D"),
      number("amin", [](const Tensor& x) { return at::amin(x, -1); })
          .declares(homogeneous)
          .declares(monotone)
          .unordered("D"),
      number("logsumexp", [](const Tensor& x) { return at::logsumexp(x, -1); })
          .declares(monotone)
          .unordered("D"),
      number("norm_1", norm(1)).declares(homogeneous).declares(even),
      number("norm_2", norm(2)).declares(homogeneous).declares(even).unordered("D"),
      number("norm_3", norm(3)).declares(homogeneous).declares(even),
      number("norm_inf", norm(std::numeric_limits<double>::infinity()))
          .declares(homogeneous)
          .declares(even),
      number(
          "var", [](const Tensor& x) { return at::var(x, at::IntArrayRef(-1)); }, any, 2)
          .declares(shift_invariant)
          .declares(even)
          .declares(gg::homogeneous("x", 2)),
      number(
          "std", [](const Tensor& x) { return at::std(x, at::IntArrayRef(-1)); }, any, 2)
          .declares(shift_invariant)
          .declares(even)
          .declares(homogeneous),
      of_rows(
          "std_mean", [](const Tensor& x) { return at::std_mean(x, at::IntArrayRef(-1)); }, any, 2)
          .output("std", gg::floats("B *S"))
          .output("mean", gg::floats("B *S"))
          .declares(homogeneous),
      number("quantile", [](const Tensor& x) { return at::quantile(x, 0.3, -1); })
          .declares(homogeneous)
          .declares(monotone)
          .unordered("D"),
      number_and_place("max", [](const Tensor& x) { return at::max(x, -1); }),
      number_and_place("min", [](const Tensor& x) { return at::min(x, -1); }),
      number_and_place("median", [](const Tensor& x) { return at::median(x, -1); })
          .except("same_for_every_layout", kStrideOfZero),
      number_and_place("nanmedian", [](const Tensor& x) { return at::nanmedian(x, -1); })
          .except("same_for_every_layout", kStrideOfZero),
      of_rows("argmax", [](const Tensor& x) { return at::argmax(x, -1); })
          .output("y", gg::ids("B *S", "D")),
      of_rows("count_nonzero",
              [](const Tensor& x) { return at::count_nonzero(x, at::IntArrayRef(-1)); })
          .output("y", gg::lengths("B *S", "D", 0)),
      of_rows("any", [](const Tensor& x) { return at::any(x, -1); })
          .output("y", gg::booleans("B *S")),
      of_rows("all", [](const Tensor& x) { return at::all(x, -1); })
          .output("y", gg::booleans("B *S")),
      of_rows("softmax", [](const Tensor& x) { return at::softmax(x, -1); })
          .output("y", gg::simplices("B *S D"))
          .declares(shift_invariant)
          .unordered("D"),
      of_rows("log_softmax", [](const Tensor& x) { return at::log_softmax(x, -1); })
          .output("y", gg::floats("B *S D"))
          .declares(shift_invariant)
          .declares(gg::idempotent())
          .unordered("D"),
  };
}

}  // namespace torch_functions
