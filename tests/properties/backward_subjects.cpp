// Custom backwards with a fault each, and inputs that no gradient reaches.
#include <torch/torch.h>

#include "tests/properties/simple_contracts.h"
#include "tests/properties/subjects.h"

namespace gradgrind {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Twice its input, with a backward of one's own.
template <variable_list (*Backward)(AutogradContext*, variable_list)>
struct Doubled : torch::autograd::Function<Doubled<Backward>> {
  static Tensor forward(AutogradContext* context, const Tensor& x) {
    context->save_for_backward({x});
    return x * 2;
  }
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    return Backward(context, std::move(gradients));
  }
};

template <variable_list (*Backward)(AutogradContext*, variable_list)>
Tensor doubled(const Tensor& x) {
  return Doubled<Backward>::apply(x);
}

variable_list right(AutogradContext*, variable_list gradients) { return {gradients[0] * 2}; }
variable_list clipped(AutogradContext*, variable_list gradients) {
  return {(gradients[0] * 2).clamp(-4, 4)};
}
variable_list regularised(AutogradContext* context, variable_list gradients) {
  return {gradients[0] * 2 + 0.1 * context->get_saved_variables()[0]};
}
variable_list in_place(AutogradContext*, variable_list gradients) { return {gradients[0].mul_(2)}; }
variable_list by_address(AutogradContext*, variable_list gradients) {
  // What a kernel that ignores strides would do.
  const Tensor& gradient = gradients[0];
  return {torch::from_blob(gradient.data_ptr(), gradient.sizes(), gradient.options()).clone() * 2};
}

Tensor of_constant(const Tensor& x, const Tensor& w) { return x * w.detach(); }

// A backward that counts: the second one through a graph gives another gradient.
variable_list counts(AutogradContext* context, variable_list gradients) {
  const std::int64_t calls =
      context->saved_data.count("calls") == 0 ? 1 : context->saved_data["calls"].toInt() + 1;
  context->saved_data["calls"] = calls;
  return {gradients[0] * 2 * static_cast<double>(calls)};
}

}  // namespace

std::vector<Subjects> backward_subjects() {
  const Contract sound = rows("Right", doubled<right>);
  return {
      {"gradients_reach_every_input", pairs("OfConstant", of_constant), pairs("Product", product)},
      {"gradients_reach_every_input", pairs("Detached", of_constant),
       pairs("OfDeclaredConstant", of_constant).no_gradient_to("w", "a constant by design")},
      {"gradients_are_linear", rows("Clipped", doubled<clipped>), sound},
      {"gradients_are_linear", rows("Regularised", doubled<regularised>), sound},
      {"a_second_backward_agrees", rows("InPlace", doubled<in_place>), sound},
      {"a_second_backward_agrees", rows("Counts", doubled<counts>), sound},
      {"same_for_every_gradient_layout", rows("ByAddress", doubled<by_address>), sound},
  };
}

}  // namespace gradgrind
