// Reading the boxed arguments and results of an operator.
#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/core/function_schema.h>
#include <ATen/core/ivalue.h>

#include <string>
#include <vector>

#include "gradgrind/properties/observation.h"

namespace gradgrind::detail {

/// "float32 [2, 3], int 1, none": one line, whatever the values hold.
std::string describe(c10::ArrayRef<c10::IValue> values);

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

/// A tensor that an operator gave a value.
struct Output {
  at::Tensor tensor;
  bool may_be_view = false;  ///< The schema lets it be a view of an argument that is only read.
};

/// The tensors that an operator overwrites, lists flattened.
std::vector<Output> written_arguments(const c10::FunctionSchema& schema,
                                      c10::ArrayRef<c10::IValue> arguments);

/// Appends the defined tensors that an operator returned, lists flattened.
void append_results(const c10::FunctionSchema& schema, c10::ArrayRef<c10::IValue> results,
                    std::vector<Output>& outputs);

/// Whether the operator hands out memory whose content is arbitrary, such as aten::empty.
bool leaves_uninitialised(const c10::FunctionSchema& schema);

}  // namespace gradgrind::detail
