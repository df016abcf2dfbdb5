// Asserts of at::ctc_loss over a batch of scores and labels of different lengths: what lies behind
// a length matters neither in values nor in gradients, and rows of a batch stay apart.
#include <ATen/TensorOperators.h>
#include <ATen/core/Reduction.h>
#include <ATen/ops/ctc_loss.h>
#include <ATen/ops/log_softmax.h>

#include "gradgrind/fuzz.h"
#include "gradgrind/gradgrind.h"

namespace gg = gradgrind;

namespace {

at::Tensor loss(const at::Tensor& scores, const at::Tensor& label, const at::Tensor& times,
                const at::Tensor& letters) {
  // Of the labels 0 .. C-2 makes 1 .. C-1, since 0 is the blank.
  return at::ctc_loss(at::log_softmax(scores, -1).transpose(0, 1), label + 1, times, letters,
                      /*blank=*/0, at::Reduction::None, /*zero_infinity=*/true);
}

const gg::Contract ctc_loss = gg::function("CtcLoss", loss)
                                  .dim("B", 1, 3)
                                  .dim("T", 1, 8)
                                  .dim("L", 1, 4)
                                  .dim("C", 2, 4)
                                  .input("scores", gg::floats("B T C"))
                                  .input("label", gg::labels("B L", "C-1"))
                                  .input("times", gg::lengths("B", "T").of("scores"))
                                  .input("letters", gg::lengths("B", "L", 0))
                                  .output("loss", gg::floats("B"))
                                  .batch("B")
                                  .sequence("T")
                                  // LibTorch 1.13 dies of it: docs/libtorch-findings.md, 20.
                                  .without("refuses_ids_out_of_range");

}  // namespace

GRADGRIND_FUZZ(ctc_loss);
