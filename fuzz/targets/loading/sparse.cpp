// Asserts of sparse_coo_tensor and sparse_csr_tensor with indices that nobody checked: they are
// refused with a c10::Error, or to_dense() gives the sums of the values at each place.
#include <ATen/Functions.h>

#include "gradgrind/fuzz.h"
#include "gradgrind/gradgrind.h"

namespace gg = gradgrind;

namespace {

constexpr std::int64_t kSizes[] = {3, 4};

// Nothing where the indices are refused.
at::Tensor dense(const gg::Inputs& of, bool is_csr) {
  const at::Tensor& values = of["values"];
  try {
    if (!is_csr) {
      return at::sparse_coo_tensor(at::stack({of["rows"], of["columns"]}), values, kSizes)
          .to_dense();
    }
    return at::sparse_csr_tensor(of["starts"], of["columns"], values, kSizes, values.options())
        .to_dense();
  } catch (const c10::Error&) {
    return values.new_empty({0});
  }
}

// The rows of the values by where rows start, or nothing where they start nowhere.
at::Tensor rows_of(const at::Tensor& starts, std::int64_t count) {
  const at::Tensor sizes = starts.diff();
  const bool is_whole = starts[0].item<std::int64_t>() == 0 && sizes.ge(0).all().item<bool>() &&
                        sizes.sum().item<std::int64_t>() == count;
  return is_whole ? at::repeat_interleave(at::arange(kSizes[0]), sizes) : at::Tensor();
}

template <bool is_csr>
bool is_refused_or_right(gg::Trial& trial) {
  const gg::Inputs inputs = trial.inputs();
  const at::Tensor seen = dense(inputs, is_csr);
  if (seen.dim() != 2) return true;
  const at::Tensor rows = is_csr ? rows_of(inputs["starts"], inputs.size("N")) : inputs["rows"];
  const at::Tensor& columns = inputs["columns"];
  const auto are_out = [](const at::Tensor& ids, std::int64_t count) {
    return ids.lt(0).logical_or(ids.ge(count)).any().item<bool>();
  };
  if (!rows.defined() || are_out(rows, kSizes[0]) || are_out(columns, kSizes[1])) return false;
  const at::Tensor nothing = inputs["values"].new_zeros(kSizes);
  return at::allclose(seen, nothing.index_put({rows, columns}, inputs["values"], true));
}

const gg::Contract sparse =
    gg::function("Sparse", [](const gg::Inputs& inputs) { return dense(inputs, false); })
        .dim("N", 0, 4)
        .input("values", gg::floats("N", gg::between(-4, 4)))
        .input("rows", gg::integers("N", -1, kSizes[0]))
        .input("columns", gg::integers("N", -1, kSizes[1]))
        .input("starts", gg::integers("4", -1, 5))
        .only({"coo_is_refused_or_right", "csr_is_refused_or_right"})
        .property("coo_is_refused_or_right", is_refused_or_right<false>)
        .property("csr_is_refused_or_right", is_refused_or_right<true>);

}  // namespace

GRADGRIND_FUZZ(sparse);
