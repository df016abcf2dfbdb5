// Asserts of attention by hand, softmax(q k' / sqrt(E) + mask) v with a mask for each row, query
// and key: hidden keys matter neither in values nor in gradients, and a query from which all are
// hidden gives zeros.
#include <ATen/TensorOperators.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/softmax.h>

#include <cmath>
#include <limits>
#include <tuple>

#include "gradgrind/fuzz.h"
#include "gradgrind/gradgrind.h"

namespace gg = gradgrind;

namespace {

std::tuple<at::Tensor, at::Tensor> attend(const at::Tensor& query, const at::Tensor& key,
                                          const at::Tensor& value, const at::Tensor& hidden) {
  const double scale = 1 / std::sqrt(static_cast<double>(query.size(-1)));
  const at::Tensor none_left = hidden.all(-1, /*keepdim=*/true);
  at::Tensor scores = at::matmul(query * scale, key.transpose(1, 2));
  scores = scores.masked_fill(hidden, -std::numeric_limits<double>::infinity());
  // Without anything left softmax is NaN, and so is its gradient: no such row goes in.
  scores = scores.masked_fill(none_left, 0);
  const at::Tensor weights = at::softmax(scores, -1).masked_fill(hidden, 0);
  return {at::matmul(weights, value), weights};
}

const gg::Contract scaled_dot_product = gg::function("ScaledDotProduct", attend)
                                            .dim("B", 1, 3)
                                            .dim("T", 1, 4)
                                            .dim("S", 1, 5)
                                            .dim("E", 1, 4)
                                            .dim("V", 1, 3)
                                            .input("query", gg::floats("B T E"))
                                            .input("key", gg::floats("B S E"))
                                            .input("value", gg::floats("B S V"))
                                            .input("hidden", gg::booleans("B T S"))
                                            .output("y", gg::floats("B T V"))
                                            .output("weights", gg::probabilities("B T S"))
                                            .batch("B");

}  // namespace

GRADGRIND_FUZZ(scaled_dot_product);
