#include <ATen/ops/embedding.h>
#include <ATen/ops/gather.h>
#include <ATen/ops/index_add.h>
#include <ATen/ops/index_copy.h>
#include <ATen/ops/index_fill.h>
#include <ATen/ops/index_put.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/masked_fill.h>
#include <ATen/ops/one_hot.h>
#include <ATen/ops/scatter.h>
#include <ATen/ops/scatter_add.h>
#include <ATen/ops/take.h>
#include <ATen/ops/take_along_dim.h>

#include "tests/torch_nn/functions/functions.h"
#include "tests/torch_nn/functions/helpers.h"

namespace gg = gradgrind;

namespace torch_functions {
namespace {

using at::Tensor;

/// Reads K places of each row of D elements, or writes to them.
template <class Function>
gg::Contract at_places(const std::string& name, Function function,
                       gg::Location location = gg::Location::here()) {
  return gg::function(name, function, location)
      .dim("B", 1, 4)
      .dim("D", 1, 8)
      .dim("K", 1, 8)
      .input("x", gg::floats("B D"))
      .batch("B")
      .declares(gg::additive("x"));
}

// Places that are written to, each once: which of several values stays is not promised.
Tensor all_but_one(const Tensor& permutation) {
  return permutation.narrow(-1, 0, permutation.size(-1) - 1);
}

}  // namespace

std::vector<gg::Contract> indexing() {
  const auto put = [](const Tensor& x, const Tensor& index, const Tensor& values) {
    return at::index_put(x, {c10::optional<Tensor>(index)}, values, /*accumulate=*/true);
  };
  const auto embedding = [](const Tensor& weight, const Tensor& ids) {
    return at::embedding(weight, ids);
  };
  return {
      at_places("gather", [](const Tensor& x, const Tensor& ids) { return at::gather(x, 1, ids); })
          .input("index", gg::ids("B K", "D"))
          .output("y", gg::floats("B K")),
      at_places("take_along_dim",
                [](const Tensor& x, const Tensor& ids) { return at::take_along_dim(x, ids, 1); })
          .input("index", gg::ids("B K", "D"))
          .output("y", gg::floats("B K")),
      at_places("index_select",
                [](const Tensor& x, const Tensor& ids) { return at::index_select(x, 1, ids); })
          .input("index", gg::ids("K", "D"))
          .output("y", gg::floats("B K")),
      at_places("scatter",
                [](const Tensor& x, const Tensor& ids, const Tensor& values) {
                  return at::scatter(x, 1, all_but_one(ids), values);
                })
          .input("index", gg::permutations("B D"))
          .input("values", gg::floats("B D-1"))
          .output("y", gg::floats("B D")),
      at_places("scatter_add",
                [](const Tensor& x, const Tensor& ids, const Tensor& values) {
                  return at::scatter_add(x, 1, ids, values);
                })
          .input("index", gg::ids("B K", "D"))
          .input("values", gg::floats("B K"))
          .output("y", gg::floats("B D"))
          .declares(gg::additive("values")),
      at_places("index_add", [](const Tensor& x, const Tensor& ids,
                                const Tensor& values) { return at::index_add(x, 1, ids, values); })
          .input("index", gg::ids("K", "D"))
          .input("values", gg::floats("B K"))
          .output("y", gg::floats("B D"))
          .declares(gg::additive("values")),
      at_places("index_copy",
                [](const Tensor& x, const Tensor& ids, const Tensor& values) {
                  return at::index_copy(x, 1, all_but_one(ids), values);
                })
          .input("index", gg::permutations("D"))
          .input("values", gg::floats("B D-1"))
          .output("y", gg::floats("B D")),
      at_places("index_fill",
                [](const Tensor& x, const Tensor& ids) { return at::index_fill(x, 1, ids, 3); })
          .input("index", gg::ids("K", "D"))
          .output("y", gg::floats("B D")),
      at_places("masked_fill",
                [](const Tensor& x, const Tensor& mask) { return at::masked_fill(x, mask, 3); })
          .input("mask", gg::booleans("B D"))
          .output("y", gg::floats("B D")),
      gg::function("index_put", put)
          .dim("D", 1, 8)
          .dim("K", 1, 8)
          .input("x", gg::floats("D"))
          .input("index", gg::indices("K", "D"))
          .input("values", gg::floats("K"))
          .output("y", gg::floats("D"))
          .declares(gg::additive("values")),
      gg::function("take", [](const Tensor& x, const Tensor& ids) { return at::take(x, ids); })
          .dim("H", 1, 4)
          .dim("W", 1, 4)
          .dim("K", 1, 8)
          .input("x", gg::floats("H W"))
          .input("index", gg::ids("K", "H*W"))
          .output("y", gg::floats("K"))
          .declares(gg::additive("x")),
      gg::function("embedding", embedding)
          .dim("B", 1, 4)
          .dim("T", 1, 5)
          .dim("V", 1, 8)
          .dim("E", 1, 4)
          .input("weight", gg::floats("V E"))
          .input("ids", gg::ids("B T", "V"))
          .output("y", gg::floats("B T E"))
          .batch("B")
          .declares(gg::additive("weight")),
      gg::function("one_hot", [](const Tensor& labels) { return at::one_hot(labels, 5); })
          .dim("B", 1, 6)
          .variadic("S", 0, 2)
          .input("labels", gg::labels("B *S", "5"))
          .output("y", gg::integers("B *S 5", 0, 1))
          .batch("B"),
  };
}

}  // namespace torch_functions
