// Asserts of pack_padded_sequence and back: lengths that nobody checked are refused with a
// c10::Error, or every row comes back with as many elements as its length says.
#include <torch/nn/utils/rnn.h>

#include "gradgrind/fuzz.h"
#include "gradgrind/gradgrind.h"

namespace gg = gradgrind;

namespace {

namespace rnn = torch::nn::utils::rnn;

// Nothing where the lengths are refused.
at::Tensor there_and_back(const at::Tensor& x, const at::Tensor& lengths) {
  try {
    const rnn::PackedSequence packed =
        rnn::pack_padded_sequence(x, lengths, /*batch_first=*/true, /*enforce_sorted=*/false);
    return std::get<0>(rnn::pad_packed_sequence(packed, /*batch_first=*/true));
  } catch (const c10::Error&) {
    return x.new_empty({0});
  }
}

bool is_refused_or_right(gg::Trial& trial) {
  const gg::Inputs inputs = trial.inputs();
  const at::Tensor back = trial.outputs()[0];
  if (back.dim() == 1) return true;
  const at::Tensor& x = inputs["x"];
  for (std::int64_t row = 0; row < x.size(0); ++row) {
    const auto length = inputs["lengths"][row].item<std::int64_t>();
    if (length < 1 || length > x.size(1) || length > back.size(1)) return false;
    if (!at::equal(back[row].narrow(0, 0, length), x[row].narrow(0, 0, length))) return false;
  }
  return back.size(0) == x.size(0);
}

const gg::Contract packed_sequence = gg::function("PackedSequence", there_and_back)
                                         .dim("B", 1, 3)
                                         .dim("T", 1, 4)
                                         .input("x", gg::floats("B T 2"))
                                         .input("lengths", gg::integers("B", -1, 6))
                                         .only({"is_refused_or_right"})
                                         .property("is_refused_or_right", is_refused_or_right);

}  // namespace

GRADGRIND_FUZZ(packed_sequence);
