// Reading the boxed arguments and results of an operator.
#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/function_schema.h>
#include <ATen/core/ivalue.h>

#include <string>
#include <vector>

#include "gradgrind/properties/observation.h"

namespace gradgrind::detail {

/// What the numbers of some values have in common.
struct Finiteness {
  bool has_nan = false;
  bool has_inf = false;
  bool all_finite() const { return !has_nan && !has_inf; }
};

/// The numbers of an operator's arguments, looked at as late as possible: what the operator
/// overwrites before it runs, the other tensors only when its outputs give reason to.
class InputNumbers {
 public:
  InputNumbers(const c10::FunctionSchema& schema, c10::ArrayRef<c10::IValue> arguments);

  /// Whether the tensor may share its memory with an argument.
  bool shares_memory_with(const at::Tensor& output) const;

  /// Looks at the rest.
  Finiteness finiteness() const;

 private:
  void note_scalar(const c10::IValue& value);

  Finiteness known_;
  std::vector<at::Tensor> unread_;
};

/// Calls `visit` with every defined tensor in a value, those in lists included.
template <class Visit>
void for_each_tensor(const c10::IValue& value, const Visit& visit) {
  if (value.isTensor()) {
    if (value.toTensor().defined()) visit(value.toTensor());
  } else if (value.isTensorList() || value.isOptionalTensorList()) {
    for (const c10::IValue& element : value.toListRef()) for_each_tensor(element, visit);
  }
}

/// Fills TensorFacts::values where `facts` were scanned and there are not too many elements.
void keep_values(const at::Tensor& tensor, TensorFacts& facts);

/// Whether the operator writes an argument or, of a result, whether it is one that it wrote.
bool is_written(const c10::Argument& argument);

/// Whether the operator computes no values: it hands out memory whose content is arbitrary, such as
/// aten::empty, or changes only the sizes and strides of an argument, such as aten::as_strided_.
bool computes_no_values(const c10::OperatorHandle& op);

}  // namespace gradgrind::detail
