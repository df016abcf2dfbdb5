#include "properties/groups/mask_relations.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "gradgrind/generators/source.h"
#include "gradgrind/properties/materialise.h"
#include "properties/groups/axes.h"
#include "properties/groups/masking.h"
#include "properties/groups/support.h"
#include "properties/tolerance.h"

namespace gradgrind {
namespace {

const Domain& input_domain(const Trial& trial, std::size_t position) {
  return trial.contract().data().signature.inputs[position].second;
}

bool is_padding(const Domain& domain) {
  return !domain.masking.of.empty() &&
         (domain.meaning == Meaning::padding_mask || domain.meaning == Meaning::lengths);
}

bool is_mask(const Domain& domain) {
  return domain.meaning == Meaning::padding_mask || domain.meaning == Meaning::attention_mask;
}

// -- More padding ---------------------------------------------------------------------------------

// The dim along which input `position` pads another one; empty where it does not.
std::string padded_dim(const Trial& trial, std::size_t position) {
  const Domain& domain = input_domain(trial, position);
  if (!is_padding(domain)) return {};
  if (domain.meaning == Meaning::lengths) return counted_dim(trial.contract().data(), domain);
  const std::vector<std::string> axes = input_axes(trial, position);
  return axes.empty() ? "" : axes.back();
}

// Whether some row has nothing but padding: it may give anything that is defined.
bool has_empty_row(const std::vector<HiddenPositions>& all) {
  return std::any_of(all.begin(), all.end(), [](const HiddenPositions& hidden) {
    return hidden.marks.numel() > 0 && hidden.marks.all(-1).any().item<bool>();
  });
}

// `tensor` from position `first` on along each axis named `dim`.
at::Tensor behind(at::Tensor tensor, const std::vector<std::string>& axes, const std::string& dim,
                  std::int64_t first) {
  for (std::size_t axis = 0; axis < axes.size(); ++axis) {
    if (axes[axis] != dim) continue;
    const auto along = static_cast<std::int64_t>(axis);
    tensor = tensor.narrow(along, first, tensor.size(along) - first);
  }
  return tensor;
}

// The inputs with `more` positions along `dim`, all of them padding with contents of their domain.
Inputs padded(const Trial& trial, const std::string& dim, std::int64_t more) {
  const std::int64_t size = trial.tested().dims[dim];
  std::vector<std::int64_t> positions = first_positions(size);
  for (std::int64_t i = 0; i < more; ++i) positions.push_back(i % size);
  Inputs inputs = taken(trial, trial.inputs(), dim, positions);
  for (const HiddenPositions& hidden : hidden_positions(trial)) {
    const std::vector<std::string> axes = input_axes(trial, hidden.input);
    const Inputs other = taken(trial, inputs_with_redrawn(trial, hidden.input, 1), dim, positions);
    at::Tensor& tensor = inputs.slots()[hidden.input].tensors.at(0);
    tensor = tensor.clone();
    behind(tensor, axes, dim, size)
        .copy_(behind(other.slots()[hidden.input].tensors.at(0), axes, dim, size));
  }
  for (std::size_t i = 0; i < inputs.count(); ++i) {
    std::vector<at::Tensor>& tensors = inputs.slots()[i].tensors;
    if (input_domain(trial, i).meaning != Meaning::padding_mask || tensors.empty()) continue;
    if (padded_dim(trial, i) != dim) continue;
    tensors[0] = tensors[0].clone();
    behind(tensors[0], input_axes(trial, i), dim, size)
        .fill_(input_domain(trial, i).masking.true_masks);
  }
  return inputs;
}

// What counts of the outputs, up to the positions that the case has.
Outputs before_padding(const Trial& trial, const Outputs& outputs, const std::string& dim,
                       const std::vector<HiddenPositions>& all) {
  Outputs result = taken(trial, outputs, dim, first_positions(trial.tested().dims[dim]));
  for (const HiddenPositions& hidden : all) result = visible(trial, hidden, result);
  return result;
}

Verdict more_padding(Trial& trial, const std::string& dim,
                     const std::vector<HiddenPositions>& all) {
  const std::string reason = bound_to(trial, dim);
  if (!reason.empty()) return Verdict::not_applicable(reason);
  constexpr std::uint64_t kMost = 3;
  auto more = static_cast<std::int64_t>(1 + trial.seed("more padding") % kMost);
  const std::int64_t size = trial.tested().dims[dim];
  while (more > 0 && !can_have_size(trial, dim, size + more)) --more;
  if (size == 0 || more == 0) return Verdict::discarded(dim + " can be no larger");
  const auto pair = [&](DType dtype) {
    const auto of = [&](const Inputs& inputs) {
      return before_padding(trial, trial.forward_in(dtype, inputs), dim, all);
    };
    return std::pair<Outputs, Outputs>(of(trial.inputs()), of(padded(trial, dim, more)));
  };
  return agree(
      trial, {"as it is", "with " + std::to_string(more) + " more of padding along " + dim, pair});
}

// -- Other forms of a mask ------------------------------------------------------------------------

// Fresh inputs with another mask at `position`, in `dtype`.
Outputs with_mask(Trial& trial, DType dtype, std::size_t position, const at::Tensor& mask) {
  Inputs inputs = trial.inputs();
  inputs.slots()[position].tensors.at(0) = mask;
  return trial.forward_in(dtype, inputs);
}

Verdict forms_agree(Trial& trial, std::size_t position, const std::string& form_a,
                    const at::Tensor& a, const std::string& form_b, const at::Tensor& b) {
  return agree(trial, {"with " + form_a, "with " + form_b, [&](DType dtype) {
                         return std::pair<Outputs, Outputs>(with_mask(trial, dtype, position, a),
                                                            with_mask(trial, dtype, position, b));
                       }});
}

// 0 where a boolean mask keeps, -infinity where it masks.
at::Tensor additive_form(const Trial& trial, const Domain& domain, const at::Tensor& mask) {
  const at::Tensor hidden = domain.masking.true_masks ? mask : mask.logical_not();
  const at::Tensor zero = at::zeros(mask.sizes(), scalar_type(trial.tested().dtype));
  return zero.masked_fill(hidden, -std::numeric_limits<double>::infinity());
}

at::Tensor hiding_nothing(const Domain& domain, const at::Tensor& mask) {
  if (domain.masking.additive) return at::zeros_like(mask);
  return at::full_like(mask, !domain.masking.true_masks);
}

// -- Other orders ---------------------------------------------------------------------------------

std::vector<std::int64_t> some_order(const Trial& trial, std::int64_t size) {
  std::vector<std::int64_t> order = first_positions(size);
  RandomSource source(trial.seed("order"));
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[source.below(i)]);
  // The identity would prove nothing.
  if (order == first_positions(size)) std::rotate(order.begin(), order.begin() + 1, order.end());
  return order;
}

}  // namespace

std::string without_padding(const Contract& contract) {
  const ContractData& data = contract.data();
  for (const auto& [name, domain] : data.signature.inputs) {
    if (!is_padding(domain)) continue;
    if (domain.meaning != Meaning::lengths || !counted_dim(data, domain).empty()) return {};
  }
  return "no padding_mask() or lengths() of another input";
}

std::string without_mask_forms(const Contract& contract) {
  for (const auto& [name, domain] : contract.data().signature.inputs) {
    const bool is_optional = domain.may_be_absent && is_mask(domain);
    if (domain.masking.or_additive || domain.masking.or_broadcast || is_optional) return {};
  }
  return "no mask has other forms (.or_additive(), .or_broadcast(), .optional())";
}

std::string without_unordered_dims(const Contract& contract) {
  return contract.data().unordered.empty() ? "no dim is .unordered()" : "";
}

Verdict check_amount_of_padding(Trial& trial) {
  if (auto verdict = unless_deterministic(trial)) return *verdict;
  const std::vector<HiddenPositions> all = hidden_positions(trial);
  if (has_empty_row(all)) return Verdict::discarded("a row is nothing but padding");
  std::vector<std::string> seen;
  Verdict last = Verdict::discarded("there is no mask");
  for (std::size_t i = 0; i < trial.contract().data().signature.inputs.size(); ++i) {
    const std::string dim = padded_dim(trial, i);
    if (dim.empty() || dim == trial.contract().data().batch) continue;
    if (std::find(seen.begin(), seen.end(), dim) != seen.end()) continue;
    if (trial.tested().inputs[i].tensors.empty()) continue;
    seen.push_back(dim);
    last = more_padding(trial, dim, all);
    if (last.is_failure()) return last;
  }
  return last;
}

Verdict check_mask_forms(Trial& trial) {
  if (auto verdict = unless_deterministic(trial)) return *verdict;
  bool any = false;
  for (std::size_t i = 0; i < trial.contract().data().signature.inputs.size(); ++i) {
    const Domain& domain = input_domain(trial, i);
    if (!is_mask(domain) || trial.tested().inputs[i].tensors.empty()) continue;
    const std::string name = trial.tested().inputs[i].name;
    const at::Tensor mask = trial.inputs().slots()[i].tensors.at(0);
    const auto check = [&](const std::string& form_a, const at::Tensor& a,
                           const std::string& form_b, const at::Tensor& b) {
      any = true;
      return forms_agree(trial, i, name + " " + form_a, a, name + " " + form_b, b);
    };
    if (domain.masking.or_additive) {
      const Verdict verdict =
          check("boolean", mask, "additive", additive_form(trial, domain, mask));
      if (verdict.is_failure()) return verdict;
    }
    for (std::int64_t axis = 0; domain.masking.or_broadcast && axis + 1 < mask.dim(); ++axis) {
      if (mask.size(axis) == 0) continue;
      const at::Tensor narrow = mask.narrow(axis, 0, 1);
      const at::Tensor full = narrow.expand(mask.sizes()).contiguous();
      const Verdict verdict = check("in full", full, "of size 1 along axis " + std::to_string(axis),
                                    narrow.contiguous());
      if (verdict.is_failure()) return verdict;
    }
    if (domain.may_be_absent) {
      const Verdict verdict =
          check("absent", at::Tensor(), "that hides nothing", hiding_nothing(domain, mask));
      if (verdict.is_failure()) return verdict;
    }
  }
  return any ? Verdict::holds() : Verdict::discarded("no mask is there");
}

Verdict check_unordered(Trial& trial) {
  if (auto verdict = unless_deterministic(trial)) return *verdict;
  Verdict last = Verdict::discarded("no unordered dim has 2 members");
  for (const std::string& dim : trial.contract().data().unordered) {
    const std::int64_t size = trial.tested().dims[dim];
    if (size < 2) continue;
    const std::string reason = bound_to(trial, dim);
    if (!reason.empty()) return Verdict::not_applicable(reason);
    const std::vector<std::int64_t> order = some_order(trial, size);
    const auto pair = [&](DType dtype) {
      return std::pair<Outputs, Outputs>(
          taken(trial, trial.forward_in(dtype, trial.inputs()), dim, order),
          trial.forward_in(dtype, taken(trial, trial.inputs(), dim, order)));
    };
    last = agree(trial, {"in their order", "with the members of " + dim + " permuted", pair});
    if (last.is_failure()) return last;
  }
  return last;
}

}  // namespace gradgrind
