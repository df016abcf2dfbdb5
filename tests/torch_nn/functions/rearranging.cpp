#include <ATen/ops/cat.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/diag_embed.h>
#include <ATen/ops/diagonal.h>
#include <ATen/ops/flip.h>
#include <ATen/ops/movedim.h>
#include <ATen/ops/repeat_interleave.h>
#include <ATen/ops/roll.h>
#include <ATen/ops/rot90.h>
#include <ATen/ops/split.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tile.h>
#include <ATen/ops/trace.h>
#include <ATen/ops/tril.h>
#include <ATen/ops/triu.h>

#include "tests/torch_nn/functions/functions.h"
#include "tests/torch_nn/functions/helpers.h"

namespace gg = gradgrind;

namespace torch_functions {
namespace {

using at::Tensor;

/// Of matrices, each element of which goes somewhere.
template <class Function>
gg::Contract of_matrices(const std::string& name, Function function, const std::string& output,
                         gg::Location location = gg::Location::here()) {
  return gg::function(name, function, location)
      .dim("B", 1, 4)
      .dim("H", 1, 5)
      .dim("W", 1, 5)
      .input("x", gg::floats("B H W"))
      .output("y", gg::floats(output))
      .batch("B")
      .declares(gg::additive("x"));
}

/// Of two tensors.
template <class Function>
gg::Contract joined(const std::string& name, Function function, const std::string& second,
                    const std::string& output, gg::Location location = gg::Location::here()) {
  return gg::function(name, function, location)
      .dim("B", 1, 4)
      .dim("H", 1, 5)
      .dim("W", 1, 5)
      .input("a", gg::floats("B H"))
      .input("b", gg::floats(second))
      .output("y", gg::floats(output))
      .batch("B");
}

}  // namespace

std::vector<gg::Contract> rearranging() {
  const auto square = [](const std::string& name, auto function, const std::string& output) {
    return gg::function(name, function)
        .dim("B", 1, 4)
        .dim("N", 1, 5)
        .input("x", gg::floats("B N N"))
        .output("y", gg::floats(output))
        .batch("B")
        .declares(gg::additive("x"));
  };
  return {
      of_matrices(
          "roll", [](const Tensor& x) { return at::roll(x, 1, 1); }, "B H W")
          .declares(gg::translation_equivariant("H"))
          .declares(gg::translation_equivariant("W")),
      of_matrices(
          "flip",
          [](const Tensor& x) {
            return at::flip(x, {1, 2});
          },
          "B H W")
          .declares(gg::involution()),
      of_matrices(
          "tril", [](const Tensor& x) { return at::tril(x); }, "B H W")
          .declares(gg::idempotent()),
      of_matrices(
          "triu", [](const Tensor& x) { return at::triu(x, 1); }, "B H W")
          .declares(gg::idempotent()),
      of_matrices(
          "rot90",
          [](const Tensor& x) {
            return at::rot90(x, 1, {1, 2});
          },
          "B W H"),
      of_matrices(
          "tile",
          [](const Tensor& x) {
            return at::tile(x, {2, 3});
          },
          "B 2*H 3*W"),
      of_matrices(
          "repeat_interleave", [](const Tensor& x) { return at::repeat_interleave(x, 2, 1); },
          "B 2*H W"),
      of_matrices(
          "constant_pad_nd",
          [](const Tensor& x) {
            return at::constant_pad_nd(x, {1, 2}, 3);
          },
          "B H W+3"),
      of_matrices(
          "movedim", [](const Tensor& x) { return at::movedim(x, 1, 2); }, "B W H")
          .may_alias("a view"),
      of_matrices(
          "unfold",
          [](const Tensor& x) {
            return at::constant_pad_nd(x, {1, 0}).unfold(2, 2, 1);
          },
          "B H W 2")
          .may_alias("a view"),
      square(
          "diagonal", [](const Tensor& x) { return at::diagonal(x, 0, 1, 2); }, "B N")
          .may_alias("a view"),
      of_rows("diag_embed", [](const Tensor& x) { return at::diag_embed(x); })
          .output("y", gg::floats("B *S D D")),
      gg::function("trace", [](const Tensor& x) { return at::trace(x); })
          .dim("H", 1, 5)
          .dim("W", 1, 5)
          .input("x", gg::floats("H W"))
          .output("y", gg::floats(""))
          .declares(gg::additive("x"))
          .except("gradients_match_finite_differences",
                  "LibTorch's diagonal of a tall matrix goes on into the next column"),
      joined(
          "cat",
          [](const Tensor& a, const Tensor& b) {
            return at::cat({a, b}, 1);
          },
          "B W", "B H+W"),
      joined(
          "stack",
          [](const Tensor& a, const Tensor& b) {
            return at::stack({a, b}, 1);
          },
          "B H", "B 2 H"),
      gg::function("split", [](const Tensor& x) { return at::split(x, 2, 1); })
          .dim("B", 1, 4)
          .input("x", gg::floats("B 4"))
          .output("head", gg::floats("B 2"))
          .output("tail", gg::floats("B 2"))
          .batch("B")
          .may_alias("views"),
  };
}

}  // namespace torch_functions
