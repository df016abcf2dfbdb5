// Asserts of a mean over the valid positions of each row: padding matters neither in values nor in
// gradients, however much of it there is, a row of nothing but padding is defined, and the mean
// equals one that is taken position by position.
#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros.h>

#include "gradgrind/fuzz.h"
#include "gradgrind/gradgrind.h"

namespace gg = gradgrind;

namespace {

at::Tensor masked_mean(const at::Tensor& x, const at::Tensor& pad) {
  const at::Tensor count = pad.logical_not().sum(1, /*keepdim=*/true).clamp_min(1);
  return x.masked_fill(pad.unsqueeze(-1), 0).sum(1) / count.to(x.scalar_type());
}

at::Tensor one_by_one(const at::Tensor& x, const at::Tensor& pad) {
  const at::Tensor mean = at::zeros({x.size(0), x.size(2)}, x.options());
  for (std::int64_t row = 0; row < x.size(0); ++row) {
    std::int64_t count = 0;
    for (std::int64_t i = 0; i < x.size(1); ++i) {
      if (pad[row][i].item<bool>()) continue;
      mean[row] += x[row][i];
      ++count;
    }
    if (count > 0) mean[row] /= count;
  }
  return mean;
}

const gg::Contract mean =
    gg::function("MaskedMean", masked_mean)
        .dim("B", 1, 3)
        .dim("T", 1, 6)
        .dim("E", 1, 3)
        .input("x", gg::floats("B T E"))
        .input("pad", gg::padding_mask_or_empty("B T", gg::marks_padding).of("x"))
        .output("y", gg::floats("B E"))
        .batch("B")
        .sequence("T")
        .reference(one_by_one);

}  // namespace

GRADGRIND_FUZZ(mean);
