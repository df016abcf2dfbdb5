// Where an operator is called from, beside the C++ stack: autograd's gradient functions and lines
// of TorchScript.
#pragma once

#include <ATen/record_function.h>

#include <cstdint>
#include <string>

namespace gradgrind::detail {

/// A gradient function while it runs. Autograd numbers them in the order in which forwards made
/// them, thread by thread.
struct RunningGradient {
  std::string name;  ///< "SqrtBackward0".
  std::int64_t number = 0;
};

/// While it lives, the gradient functions that run on this thread are known.
class GradientWatch {
 public:
  GradientWatch();
  ~GradientWatch();
  GradientWatch(const GradientWatch&) = delete;
  GradientWatch& operator=(const GradientWatch&) = delete;

 private:
  at::CallbackHandle handle_;
};

/// The innermost gradient function that runs on this thread, or null.
const RunningGradient* running_gradient();

/// The number that the next gradient function made on this thread gets.
std::uint64_t next_gradient_number();

/// "f at net.py:12", innermost function first, one a line; empty outside the TorchScript
/// interpreter. Of a module that was exported from Python, the lines of its Python source.
std::string script_stack();

}  // namespace gradgrind::detail
