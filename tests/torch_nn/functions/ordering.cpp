#include <ATen/ops/argsort.h>
#include <ATen/ops/bucketize.h>
#include <ATen/ops/kthvalue.h>
#include <ATen/ops/mode.h>
#include <ATen/ops/searchsorted.h>
#include <ATen/ops/sort.h>
#include <ATen/ops/topk.h>

#include "tests/torch_nn/functions/functions.h"
#include "tests/torch_nn/functions/helpers.h"

namespace gg = gradgrind;

namespace torch_functions {
namespace {

using at::Tensor;

}  // namespace

std::vector<gg::Contract> ordering() {
  const gg::Law homogeneous = gg::homogeneous("x");
  const gg::Law monotone = gg::monotone("x");
  const auto topk = [](const Tensor& x) { return at::topk(x, 2); };
  const auto smallest = [](const Tensor& x) { return at::topk(x, 2, -1, /*largest=*/false); };
  const auto stably = [](const Tensor& x) {
    return at::sort(x, /*stable=*/true, -1, /*descending=*/true);
  };
  return {
      of_rows("sort", [](const Tensor& x) { return at::sort(x, -1); })
          .output("values", gg::sorted("B *S D"))
          .output("indices", gg::permutations("B *S D")),
      of_rows("sort_values", [](const Tensor& x) { return std::get<0>(at::sort(x, -1)); })
          .output("values", gg::sorted("B *S D"))
          .declares(gg::idempotent())
          .declares(homogeneous)
          .declares(monotone),
      of_rows("sort_stable", stably)
          .output("values", gg::floats("B *S D"))
          .output("indices", gg::permutations("B *S D")),
      of_rows("argsort", [](const Tensor& x) { return at::argsort(x); })
          .output("y", gg::permutations("B *S D")),
      of_rows("topk", topk, gg::ordinary(), 2)
          .output("values", gg::floats("B *S 2"))
          .output("indices", gg::ids("B *S 2", "D")),
      of_rows("topk_smallest", smallest, gg::ordinary(), 2)
          .output("values", gg::sorted("B *S 2"))
          .output("indices", gg::ids("B *S 2", "D")),
      of_rows(
          "kthvalue", [](const Tensor& x) { return at::kthvalue(x, 2); }, gg::ordinary(), 2)
          .output("values", gg::floats("B *S"))
          .output("indices", gg::ids("B *S", "D")),
      of_rows("mode", [](const Tensor& x) { return at::mode(x, -1); })
          .output("values", gg::floats("B *S"))
          .output("indices", gg::ids("B *S", "D")),
      gg::function("searchsorted", [](const Tensor& sorted,
                                      const Tensor& x) { return at::searchsorted(sorted, x); })
          .dim("B", 1, 4)
          .dim("N", 1, 8)
          .dim("K", 1, 5)
          .input("sorted", gg::sorted("B N"))
          .input("x", gg::floats("B K"))
          .output("y", gg::lengths("B K", "N", 0))
          .batch("B"),
      gg::function("bucketize",
                   [](const Tensor& x, const Tensor& edges) { return at::bucketize(x, edges); })
          .dim("B", 1, 4)
          .dim("N", 1, 8)
          .dim("K", 1, 5)
          .input("x", gg::floats("B K"))
          .input("edges", gg::sorted("N"))
          .output("y", gg::lengths("B K", "N", 0))
          .batch("B"),
  };
}

}  // namespace torch_functions
