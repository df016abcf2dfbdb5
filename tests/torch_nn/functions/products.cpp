#include <ATen/ops/addmm.h>
#include <ATen/ops/addr.h>
#include <ATen/ops/baddbmm.h>
#include <ATen/ops/bilinear.h>
#include <ATen/ops/bmm.h>
#include <ATen/ops/conv1d.h>
#include <ATen/ops/cross.h>
#include <ATen/ops/dot.h>
#include <ATen/ops/einsum.h>
#include <ATen/ops/kron.h>
#include <ATen/ops/linalg_matrix_power.h>
#include <ATen/ops/linalg_vecdot.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/mv.h>
#include <ATen/ops/outer.h>
#include <ATen/ops/tensordot.h>

#include "tests/torch_nn/functions/functions.h"
#include "tests/torch_nn/functions/helpers.h"

namespace gg = gradgrind;

namespace torch_functions {
namespace {

using at::Tensor;

/// Of `a` and `b`, linear in each.
template <class Function>
gg::Contract product(const std::string& name, Function function, const std::string& a,
                     const std::string& b, const std::string& output,
                     gg::Location location = gg::Location::here()) {
  gg::Contract contract = gg::function(name, function, location);
  for (const char* dim : {"B", "H", "K", "W"}) {
    if ((a + b).find(dim) != std::string::npos) contract = contract.dim(dim, 1, 5);
  }
  return contract.input("a", gg::floats(a))
      .input("b", gg::floats(b))
      .output("y", gg::floats(output))
      .declares(gg::additive("a"))
      .declares(gg::homogeneous("b"));
}

/// `added`, and the product of `a` and `b`.
template <class Function>
gg::Contract added_product(const std::string& name, Function function, const std::string& added,
                           const std::string& a, const std::string& b,
                           gg::Location location = gg::Location::here()) {
  gg::Contract contract = gg::function(name, function, location);
  for (const char* dim : {"B", "H", "K", "W"}) {
    if ((a + b).find(dim) != std::string::npos) contract = contract.dim(dim, 1, 5);
  }
  return contract.input("added", gg::floats(added))
      .input("a", gg::floats(a))
      .input("b", gg::floats(b))
      .output("y", gg::floats(added))
      .declares(gg::additive("added"))
      .declares(gg::additive("a"));
}

Tensor addmm(const Tensor& added, const Tensor& a, const Tensor& b) {
  return at::addmm(added, a, b);
}
Tensor addr(const Tensor& added, const Tensor& a, const Tensor& b) { return at::addr(added, a, b); }
Tensor baddbmm(const Tensor& added, const Tensor& a, const Tensor& b) {
  return at::baddbmm(added, a, b, /*beta=*/0.5, /*alpha=*/2);
}
Tensor cross(const Tensor& a, const Tensor& b) { return at::cross(a, b, -1); }
Tensor traces(const Tensor& a, const Tensor& b) { return at::einsum("bhk,bkh->b", {a, b}); }
Tensor linear(const Tensor& x, const Tensor& weight) { return at::linear(x, weight); }
Tensor power(const Tensor& x) { return at::linalg_matrix_power(x, 3); }
Tensor tensordot(const Tensor& a, const Tensor& b) { return at::tensordot(a, b, {1, 2}, {0, 1}); }
Tensor vecdot(const Tensor& a, const Tensor& b) { return at::linalg_vecdot(a, b); }
Tensor conv1d(const Tensor& x, const Tensor& weight) {
  return at::conv1d(x, weight, {}, 1, /*padding=*/1);
}
Tensor bilinear(const Tensor& a, const Tensor& b, const Tensor& weight) {
  return at::bilinear(a, b, weight);
}

}  // namespace

std::vector<gg::Contract> products() {
  return {
      product("matmul", at::matmul, "B H K", "K W", "B H W").batch("B"),
      product("mm", at::mm, "H K", "K W", "H W"),
      product("bmm", at::bmm, "B H K", "B K W", "B H W").batch("B"),
      product("mv", at::mv, "H K", "K", "H"),
      product("dot", at::dot, "K", "K", "").declares(gg::symmetric("a", "b")).unordered("K"),
      product("vecdot", vecdot, "B K", "B K", "B").batch("B").declares(gg::symmetric("a", "b")),
      product("outer", at::outer, "H", "W", "H W"),
      product("kron", at::kron, "H W", "K W", "H*K W*W")
          .except("same_for_every_layout",
                  "LibTorch views its inputs in a way that strides may forbid"),
      product("cross", cross, "B 3", "B 3", "B 3").batch("B"),
      product("einsum", traces, "B H K", "B K H", "B").batch("B").declares(gg::symmetric("a", "b")),
      product("tensordot", tensordot, "B H K", "H K W", "B W").batch("B"),
      product("linear", linear, "B K", "W K", "B W").batch("B"),
      product("conv1d", conv1d, "B H 2+W", "K H 3", "B K 2+W").batch("B"),
      added_product("addmm", addmm, "H W", "H K", "K W"),
      added_product("addr", addr, "H W", "H", "W"),
      added_product("baddbmm", baddbmm, "B H W", "B H K", "B K W").batch("B"),
      gg::function("bilinear", bilinear)
          .dim("B", 1, 4)
          .dim("H", 1, 4)
          .dim("W", 1, 4)
          .dim("K", 1, 4)
          .input("a", gg::floats("B H"))
          .input("b", gg::floats("B W"))
          .input("weight", gg::floats("K H W"))
          .output("y", gg::floats("B K"))
          .batch("B")
          .declares(gg::additive("a"))
          .declares(gg::additive("b"))
          .declares(gg::additive("weight")),
      gg::function("matrix_power", power)
          .dim("B", 1, 4)
          .dim("N", 1, 4)
          .input("x", gg::floats("B N N", gg::between(-2, 2)))
          .output("y", gg::floats("B N N"))
          .batch("B")
          .declares(gg::odd("x"))
          .declares(gg::homogeneous("x", 3)),
  };
}

}  // namespace torch_functions
