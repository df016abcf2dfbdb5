// A program that states a contract over a function of tensors.
#include <gradgrind/gradgrind.h>

namespace gg = gradgrind;

int main() {
  const auto relu = gg::function("Relu", [](const at::Tensor& x) { return x.relu(); })
                        .dim("B", 1, 4)
                        .input("x", gg::floats("B 3"))
                        .output("y", gg::floats("B 3"));
  return relu.problems().empty() ? 0 : 1;
}
