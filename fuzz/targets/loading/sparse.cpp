// Asserts of sparse_coo_tensor and sparse_csr_tensor with indices that nobody checked: they are
// refused with a c10::Error, or to_dense() gives the sums that a plain loop finds.
#include <ATen/Functions.h>

#include "gradgrind/fuzz.h"
#include "gradgrind/gradgrind.h"

namespace gg = gradgrind;

namespace {

constexpr std::int64_t kRows = 3;
constexpr std::int64_t kColumns = 4;

// Nothing where the indices are refused.
at::Tensor dense_of_coo(const at::Tensor& rows, const at::Tensor& columns,
                        const at::Tensor& values) {
  try {
    return at::sparse_coo_tensor(at::stack({rows, columns}), values, {kRows, kColumns}).to_dense();
  } catch (const c10::Error&) {
    return values.new_empty({0});
  }
}

at::Tensor dense_of_csr(const at::Tensor& starts, const at::Tensor& columns,
                        const at::Tensor& values) {
  try {
    return at::sparse_csr_tensor(starts, columns, values, {kRows, kColumns}, values.options())
        .to_dense();
  } catch (const c10::Error&) {
    return values.new_empty({0});
  }
}

// `dense` with the value added, or nothing where the index is out of range.
bool add(at::Tensor& dense, std::int64_t row, std::int64_t column, const at::Tensor& value) {
  if (row < 0 || row >= kRows || column < 0 || column >= kColumns) return false;
  dense[row][column] += value;
  return true;
}

bool coo_is_refused_or_right(gg::Trial& trial) {
  const gg::Inputs inputs = trial.inputs();
  const at::Tensor dense = dense_of_coo(inputs["rows"], inputs["columns"], inputs["values"]);
  at::Tensor right = inputs["values"].new_zeros({kRows, kColumns});
  for (std::int64_t i = 0; dense.dim() == 2 && i < inputs.size("N"); ++i) {
    if (!add(right, inputs["rows"][i].item<std::int64_t>(),
             inputs["columns"][i].item<std::int64_t>(), inputs["values"][i])) {
      return false;
    }
  }
  return dense.dim() != 2 || at::allclose(dense, right);
}

bool csr_is_refused_or_right(gg::Trial& trial) {
  const gg::Inputs inputs = trial.inputs();
  const at::Tensor dense = dense_of_csr(inputs["starts"], inputs["columns"], inputs["values"]);
  if (dense.dim() != 2) return true;
  at::Tensor right = inputs["values"].new_zeros({kRows, kColumns});
  for (std::int64_t row = 0; row < kRows; ++row) {
    const auto end = inputs["starts"][row + 1].item<std::int64_t>();
    for (auto i = inputs["starts"][row].item<std::int64_t>(); i < end; ++i) {
      if (i < 0 || i >= inputs.size("N")) return false;
      if (!add(right, row, inputs["columns"][i].item<std::int64_t>(), inputs["values"][i])) {
        return false;
      }
    }
  }
  return at::allclose(dense, right);
}

const gg::Contract sparse =
    gg::function("Sparse",
                 [](const gg::Inputs& inputs) {
                   return dense_of_coo(inputs["rows"], inputs["columns"], inputs["values"]);
                 })
        .dim("N", 0, 4)
        .input("values", gg::floats("N", gg::between(-4, 4)))
        .input("rows", gg::integers("N", -1, kRows))
        .input("columns", gg::integers("N", -1, kColumns))
        .input("starts", gg::integers("4", -1, 5))
        .only({"coo_is_refused_or_right", "csr_is_refused_or_right"})
        .property("coo_is_refused_or_right", coo_is_refused_or_right)
        .property("csr_is_refused_or_right", csr_is_refused_or_right);

}  // namespace

GRADGRIND_FUZZ(sparse);
