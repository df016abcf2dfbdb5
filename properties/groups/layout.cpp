// How an input lies in memory does not matter.
#include <ATen/ops/empty_strided.h>

#include "gradgrind/generators/source.h"
#include "gradgrind/properties/materialise.h"
#include "properties/groups/groups.h"
#include "properties/groups/support.h"
#include "properties/tolerance.h"

namespace gradgrind {
namespace {

// The inputs in a layout of `kind` where their rank allows one; `values_only`: dense, but with the
// values that the layout can hold (the slices along an expanded dim are equal). `any`: whether some
// input took the layout.
Inputs laid_out(const Trial& trial, LayoutKind kind, bool values_only, bool& any) {
  Inputs inputs = trial.inputs();
  any = false;
  for (std::size_t i = 0; i < inputs.count(); ++i) {
    Inputs::Slot& slot = inputs.slots()[i];
    for (std::size_t t = 0; t < slot.tensors.size(); ++t) {
      TensorValue value = trial.tested().inputs[i].tensors[t];
      const Shape& shape = value.values.shape();
      if (!is_possible(kind, value.values.rank())) continue;
      const Layout layout = make_layout(kind, shape, trial.seed("layout"));
      if (layout.is_contiguous()) continue;
      make_representable(layout, value.values);
      value.layout = values_only ? Layout() : layout;
      slot.tensors[t] = materialise(value);
      any = true;
    }
  }
  return inputs;
}

Verdict check_layouts(Trial& trial) {
  if (auto verdict = unless_deterministic(trial)) return *verdict;
  for (const LayoutKind kind : all_layouts()) {
    if (kind == LayoutKind::contiguous) continue;
    bool any = false;
    laid_out(trial, kind, false, any);
    if (!any) continue;
    const std::string when = "for " + std::string(name(kind)) + " inputs";
    try {
      Verdict verdict = agree(
          trial, {"for contiguous inputs", when, [&](DType dtype) {
                    // Converting would make a view contiguous: convert values, then lay them out.
                    bool ignored = false;
                    Inputs dense = converted(laid_out(trial, kind, true, ignored), dtype);
                    Inputs views = laid_out(trial, kind, false, ignored);
                    for (std::size_t i = 0; i < views.count(); ++i) {
                      for (at::Tensor& view : views.slots()[i].tensors) {
                        if (!view.is_floating_point() || dtype == trial.tested().dtype) continue;
                        at::Tensor twin = at::empty_strided(
                            view.sizes(), view.strides(), view.options().dtype(scalar_type(dtype)));
                        view = twin.copy_(view);
                      }
                    }
                    return std::pair<Outputs, Outputs>(trial.forward_in(dtype, dense),
                                                       trial.forward_in(dtype, views));
                  }});
      if (verdict.is_failure()) return verdict;
    } catch (const std::exception& error) {
      Inputs dense = trial.inputs();
      trial.forward(dense);  // Throws by itself when the layout is not to blame.
      std::string text = error.what();
      return failure("throws", "",
                     "the forward throws " + when + ": " + text.substr(0, text.find('\n')));
    }
  }
  return Verdict::holds();
}

}  // namespace

Suite layout_group() {
  Suite suite;
  Property& property = add(
      suite, "same_for_every_layout",
      "offset, permuted, strided, channels-last and expanded inputs give what contiguous ones do",
      ToleranceClass::ladder, nullptr, check_layouts);
  property.cost = 8;
  property.cases = 50;
  property.least_cases = 5;
  return labelled("layout", std::move(suite));
}

}  // namespace gradgrind
