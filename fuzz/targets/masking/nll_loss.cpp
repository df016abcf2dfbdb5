// Asserts of at::nll_loss with an ignored class, averaged: rows of that class matter neither in
// values nor in gradients, and the loss equals the mean over the other rows, taken one by one.
#include <ATen/TensorOperators.h>
#include <ATen/core/Reduction.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/nll_loss.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>

#include "gradgrind/fuzz.h"
#include "gradgrind/gradgrind.h"

namespace gg = gradgrind;

namespace {

constexpr std::int64_t kIgnored = -100;

at::Tensor labels_of(const at::Tensor& label, const at::Tensor& kept) {
  return at::where(kept, label, at::full_like(label, kIgnored));
}

at::Tensor loss(const at::Tensor& scores, const at::Tensor& label, const at::Tensor& kept) {
  return at::nll_loss(scores, labels_of(label, kept), {}, at::Reduction::Mean, kIgnored);
}

at::Tensor one_by_one(const at::Tensor& scores, const at::Tensor& label, const at::Tensor& kept) {
  at::Tensor sum = at::zeros({}, scores.options());
  std::int64_t count = 0;
  for (std::int64_t i = 0; i < scores.size(0); ++i) {
    if (!kept[i].item<bool>()) continue;
    sum = sum - scores[i][label[i].item<std::int64_t>()];
    ++count;
  }
  return sum / count;
}

const gg::Contract nll_loss =
    gg::function("NllLoss", loss)
        .dim("N", 1, 8)
        .dim("C", 1, 5)
        .input("scores", gg::floats("N C"))
        .input("label", gg::labels("N", "C"))
        .input("kept", gg::mask("N", gg::marks_valid).of("scores"))
        .output("loss", gg::floats(""))
        .reference(one_by_one)
        .except("a_fully_masked_row_is_defined", "with every label ignored LibTorch gives 0/0");

}  // namespace

GRADGRIND_FUZZ(nll_loss);
