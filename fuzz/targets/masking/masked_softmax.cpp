// Asserts of a softmax over the kept members of each row: hidden scores matter neither in values
// nor in gradients, probabilities are 0 there and sum to one over the rest, and a row from which
// all is hidden gives zeros.
#include <ATen/TensorOperators.h>
#include <ATen/ops/softmax.h>

#include <limits>

#include "gradgrind/fuzz.h"
#include "gradgrind/gradgrind.h"

namespace gg = gradgrind;

namespace {

at::Tensor masked_softmax(const at::Tensor& scores, const at::Tensor& kept) {
  const at::Tensor hidden = kept.logical_not();
  const at::Tensor none_left = hidden.all(-1, /*keepdim=*/true);
  const at::Tensor finite = scores.masked_fill(hidden, -std::numeric_limits<double>::infinity())
                                .masked_fill(none_left, 0);
  return at::softmax(finite, -1).masked_fill(hidden, 0);
}

const gg::Contract softmax = gg::function("MaskedSoftmax", masked_softmax)
                                 .dim("B", 1, 3)
                                 .dim("N", 1, 8)
                                 .input("scores", gg::floats("B N"))
                                 .input("kept", gg::mask("B N", gg::marks_valid).of("scores"))
                                 .output("p", gg::probabilities("B N"))
                                 .batch("B");

}  // namespace

GRADGRIND_FUZZ(softmax);
