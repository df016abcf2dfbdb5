// How an input lies in memory does not matter.
#include "gradgrind/properties/materialise.h"
#include "properties/groups/groups.h"
#include "properties/groups/support.h"
#include "properties/tolerance.h"

namespace gradgrind {
namespace {

// The dtype of an input's counterpart when the subject computes in `dtype`.
DType counterpart(DType own, DType dtype) {
  if (is_complex(own)) return dtype == DType::float64 ? DType::complex128 : DType::complex64;
  return is_floating(own) ? dtype : own;
}

// How the inputs lie. `dense` has the values that the layout can hold (the slices along an expanded
// dim are equal), contiguous.
enum class Form { dense, view };

// Whether the domain of input `position` has these values: the slices of a permutation or of a
// matrix of full rank cannot be equal.
bool is_member(const Trial& trial, std::size_t position, const Array& values) {
  const Content& content = trial.contract().space().signature().inputs[position].second.content;
  if (content.repair == nullptr) return true;
  std::vector<std::int64_t> bounds;
  for (const std::string& bound : content.bounds) {
    bounds.push_back(DimExpr::parse(bound).evaluate(trial.tested().dims));
  }
  Array nearest = values;
  content.repair(bounds, nearest);
  return nearest == values;
}

// The inputs in a layout of `kind` where their rank allows one, or nothing where none does. Values
// are converted before they are laid out: converting a view would make it contiguous.
std::optional<Inputs> laid_out(const Trial& trial, LayoutKind kind, Form form, DType dtype) {
  Inputs inputs = converted(trial.inputs(), dtype);
  bool any = false;
  for (std::size_t i = 0; i < inputs.count(); ++i) {
    Inputs::Slot& slot = inputs.slots()[i];
    for (std::size_t t = 0; t < slot.tensors.size(); ++t) {
      TensorValue value = trial.tested().inputs[i].tensors[t];
      if (!is_possible(kind, value.values.rank())) continue;
      const Layout layout = make_layout(kind, value.values.shape(), trial.seed("layout"));
      if (layout.is_contiguous()) continue;
      make_representable(layout, value.values);
      if (!is_member(trial, i, value.values)) continue;
      value.values = cast(value.values, counterpart(value.values.dtype(), dtype));
      value.layout = form == Form::view ? layout : Layout();
      slot.tensors[t] = materialise(value);
      any = true;
    }
  }
  if (!any) return std::nullopt;
  return inputs;
}

Verdict compare_layout(Trial& trial, LayoutKind kind) {
  return agree(trial, {"for contiguous inputs", "for " + std::string(name(kind)) + " inputs",
                       [&](DType dtype) {
                         return std::pair<Outputs, Outputs>(
                             trial.forward_in(dtype, *laid_out(trial, kind, Form::dense, dtype)),
                             trial.forward_in(dtype, *laid_out(trial, kind, Form::view, dtype)));
                       }});
}

Verdict check_layouts(Trial& trial) {
  if (auto verdict = unless_deterministic(trial)) return *verdict;
  for (const LayoutKind kind : all_layouts()) {
    if (kind == LayoutKind::contiguous) continue;
    if (!laid_out(trial, kind, Form::view, trial.tested().dtype)) continue;
    try {
      Verdict verdict = compare_layout(trial, kind);
      if (verdict.is_failure()) return verdict;
    } catch (const std::exception& error) {
      trial.forward(trial.inputs());  // Throws by itself when the layout is not to blame.
      const std::string text = error.what();
      return failure("throws", "",
                     "the forward throws for " + std::string(name(kind)) +
                         " inputs: " + text.substr(0, text.find('\n')));
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
