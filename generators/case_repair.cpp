#include <utility>

#include "generators/parsed_signature.h"

namespace gradgrind::detail {
namespace {

/// The one tensor of the input whose memory `input` may share, or nullptr.
const TensorValue* alias_partner(const ParsedSignature& space, const ParsedInput& input,
                                 const Case& a_case) {
  if (!input.alias_of) return nullptr;
  const Input& partner = a_case.input(space.inputs[*input.alias_of].name);
  return partner.tensors.size() == 1 ? &partner.tensors.front() : nullptr;
}

}  // namespace

Shape full_shape(const ParsedSignature& space, std::size_t input, const Case& a_case) {
  const ParsedInput& parsed = space.inputs[input];
  if (!parsed.broadcasts_to) return parsed.shape.evaluate(a_case.dims);
  const Input& partner = a_case.input(space.inputs[*parsed.broadcasts_to].name);
  if (!partner.tensors.empty()) return partner.tensors.front().values.shape();
  return full_shape(space, *parsed.broadcasts_to, a_case);
}

bool can_alias(const ParsedSignature& space, std::size_t input, const Case& a_case,
               const TensorValue& tensor) {
  const TensorValue* partner = alias_partner(space, space.inputs[input], a_case);
  return partner != nullptr && partner->values.shape() == tensor.values.shape() &&
         partner->values.dtype() == tensor.values.dtype() && partner->device == tensor.device;
}

void settle(const ParsedSignature& space, std::size_t input, const Case& a_case,
            TensorValue& tensor) {
  const ParsedInput& parsed = space.inputs[input];
  const auto to_member = [&](Array& values) {
    const auto& content_repair = parsed.domain.content.repair;
    if (content_repair) content_repair(parsed.bounds_in(a_case.dims), values);
  };
  if (tensor.layout.kind == LayoutKind::alias) {
    if (can_alias(space, input, a_case, tensor)) {
      const TensorValue& partner = *alias_partner(space, parsed, a_case);
      Array member = partner.values;
      to_member(member);
      if (member == partner.values) {
        tensor.values = std::move(member);
        tensor.value_class = partner.value_class;
        return;
      }
    }
    tensor.layout = {};
  }
  make_representable(tensor.layout, tensor.values);
  to_member(tensor.values);
  if (tensor.layout.expanded.empty()) return;
  Array representable = tensor.values;
  make_representable(tensor.layout, representable);
  // No permutation has equal elements: what the domain demands outranks the layout.
  if (representable != tensor.values) tensor.layout = {};
}

void repair(const ParsedSignature& space, Case& a_case) {
  for (std::size_t i = 0; i < space.inputs.size(); ++i) {
    for (TensorValue& tensor : a_case.input(space.inputs[i].name).tensors) {
      settle(space, i, a_case, tensor);
    }
  }
}

}  // namespace gradgrind::detail
