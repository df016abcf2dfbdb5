#include <ATen/TensorOperators.h>
#include <ATen/ops/cholesky_inverse.h>
#include <ATen/ops/cholesky_solve.h>
#include <ATen/ops/linalg_cholesky.h>
#include <ATen/ops/linalg_det.h>
#include <ATen/ops/linalg_eigvalsh.h>
#include <ATen/ops/linalg_inv.h>
#include <ATen/ops/linalg_lstsq.h>
#include <ATen/ops/linalg_lu_factor.h>
#include <ATen/ops/linalg_lu_solve.h>
#include <ATen/ops/linalg_matrix_exp.h>
#include <ATen/ops/linalg_matrix_norm.h>
#include <ATen/ops/linalg_pinv.h>
#include <ATen/ops/linalg_qr.h>
#include <ATen/ops/linalg_slogdet.h>
#include <ATen/ops/linalg_solve.h>
#include <ATen/ops/linalg_solve_triangular.h>
#include <ATen/ops/linalg_svdvals.h>
#include <ATen/ops/logdet.h>
#include <ATen/ops/triangular_solve.h>

#include <algorithm>

#include "tests/torch_nn/functions/functions.h"
#include "tests/torch_nn/functions/helpers.h"

namespace gg = gradgrind;

namespace torch_functions {
namespace {

using at::Tensor;

// The i-th of N numbers on the diagonal of a dominant matrix. Circles of radius N - 1 around them,
// where the eigenvalues lie, do not meet.
double on_diagonal(std::int64_t i, std::int64_t size) {
  return static_cast<double>(2 * size * (i + 1));
}

/// Matrices of full rank with singular values that differ: the diagonal ascends, and what stands
/// beside it lies in [-1, 1]. What has a factorisation has one that is smooth there.
gg::Domain dominant(const std::string& shape, const std::string& size) {
  gg::Content content;
  content.name = "dominant matrices";
  content.classes = {"diagonal", "full"};
  content.bounds = {size};
  content.fill = [](gg::Source& source, std::size_t kind, const auto& bounds, gg::Array& values) {
    const std::int64_t n = bounds[0];
    gg::RandomSource random(source.key());
    for (std::int64_t i = 0; i < values.numel(); ++i) {
      const std::int64_t row = i / n % n;
      const double beside = kind == 0 ? 0 : random.real(-1, 1);
      values.set(i, row == i % n ? on_diagonal(row, n) : beside);
    }
  };
  content.repair = [](const auto& bounds, gg::Array& values) {
    const std::int64_t n = bounds[0];
    for (std::int64_t i = 0; i < values.numel(); ++i) {
      const std::int64_t row = i / n % n;
      const double beside = std::clamp(values.real_at(i), -1.0, 1.0);
      values.set(i, row == i % n ? on_diagonal(row, n) : beside);
    }
  };
  return gg::custom(shape, {}, std::move(content));
}

template <class Function>
gg::Contract of_matrices(const std::string& name, Function function,
                         gg::Location location = gg::Location::here()) {
  return gg::function(name, function, location)
      .dim("B", 1, 4)
      .dim("N", 1, 5)
      .input("x", dominant("B N N", "N"))
      .batch("B");
}

/// A system of equations with K right sides.
template <class Function>
gg::Contract system(const std::string& name, Function function,
                    gg::Location location = gg::Location::here()) {
  return of_matrices(name, function, location)
      .dim("K", 1, 3)
      .input("b", gg::floats("B N K"))
      .output("y", gg::floats("B N K"))
      .declares(gg::additive("b"));
}

template <class Function>
gg::Contract to_matrices(const std::string& name, Function function,
                         gg::Location location = gg::Location::here()) {
  return of_matrices(name, function, location).output("y", gg::floats("B N N"));
}

template <class Function>
gg::Contract to_numbers(const std::string& name, Function function,
                        gg::Location location = gg::Location::here()) {
  return of_matrices(name, function, location).output("y", gg::floats("B"));
}

// Symmetric and positive definite.
Tensor definite(const Tensor& x) { return x.matmul(x.mT()); }

Tensor cholesky(const Tensor& x) { return at::linalg_cholesky(definite(x)); }
Tensor cholesky_inverse(const Tensor& x) { return at::cholesky_inverse(x.tril()); }
Tensor cholesky_solve(const Tensor& x, const Tensor& b) { return at::cholesky_solve(b, x.tril()); }
Tensor eigenvalues(const Tensor& x) { return at::linalg_eigvalsh((x + x.mT()) / 2); }
// By the default driver it depends on memory that nobody wrote: see docs/libtorch-findings.md.
Tensor least_squares(const Tensor& x, const Tensor& b) {
  return std::get<0>(at::linalg_lstsq(x, b, /*rcond=*/c10::nullopt, /*driver=*/"gels"));
}
Tensor lu_solve(const Tensor& x, const Tensor& b) {
  const auto [lu, pivots] = at::linalg_lu_factor(x);
  return at::linalg_lu_solve(lu, pivots, b);
}
Tensor matrix_exp(const Tensor& x) { return at::linalg_matrix_exp(x / 10); }
Tensor norm(const Tensor& x) { return at::linalg_matrix_norm(x); }
Tensor nuclear(const Tensor& x) { return at::linalg_matrix_norm(x, "nuc"); }
Tensor pinv(const Tensor& x) { return at::linalg_pinv(x); }
Tensor solve(const Tensor& x, const Tensor& b) { return at::linalg_solve(x, b); }
Tensor solve_triangular(const Tensor& x, const Tensor& b) {
  return at::linalg_solve_triangular(x.triu(), b, /*upper=*/true);
}
Tensor svdvals(const Tensor& x) { return at::linalg_svdvals(x); }
Tensor triangular_solve(const Tensor& x, const Tensor& b) {
  return std::get<0>(at::triangular_solve(b, x.triu()));
}

}  // namespace

std::vector<gg::Contract> factorisations() {
  return {
      to_matrices("inv", at::linalg_inv).declares(gg::homogeneous("x", -1)),
      to_matrices("pinv", pinv).declares(gg::homogeneous("x", -1)),
      to_matrices("cholesky", cholesky).declares(gg::homogeneous("x")),
      to_matrices("cholesky_inverse", cholesky_inverse),
      to_matrices("matrix_exp", matrix_exp)
          .except("gradients_are_linear", "LibTorch squares as often as the gradient is large"),
      system("solve", solve),
      system("cholesky_solve", cholesky_solve),
      system("lstsq", least_squares),
      system("lu_solve", lu_solve),
      system("solve_triangular", solve_triangular),
      system("triangular_solve", triangular_solve),
      to_numbers("det", at::linalg_det),
      to_numbers("logdet", at::logdet),
      to_numbers("matrix_norm", norm).declares(gg::homogeneous("x")),
      to_numbers("nuclear_norm", nuclear).declares(gg::homogeneous("x")),
      of_matrices("slogdet", at::linalg_slogdet)
          .output("sign", gg::floats("B", gg::between(-1, 1)))
          .output("logarithm", gg::floats("B")),
      of_matrices("qr", [](const Tensor& x) { return at::linalg_qr(x); })
          .output("q", gg::floats("B N N", gg::between(-1.001, 1.001)))
          .output("r", gg::floats("B N N")),
      of_matrices("svdvals", svdvals).output("y", gg::floats("B N")).declares(gg::homogeneous("x")),
      of_matrices("eigvalsh", eigenvalues)
          .output("y", gg::sorted("B N"))
          .declares(gg::homogeneous("x"))
          .except("nan_never_becomes_a_number", "LAPACK loses NaN in matrices of two rows"),
  };
}

}  // namespace torch_functions
