#include "properties/operator_values.h"

#include <ATen/core/LegacyTypeDispatch.h>
#include <ATen/ops/view_as_real.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <string_view>
#include <utility>

#include "properties/dispatch_hook.h"
#include "properties/tensor_scan.h"

namespace gradgrind::detail {
namespace {

void note(double number, Finiteness& finiteness) {
  finiteness.has_nan |= std::isnan(number);
  finiteness.has_inf |= std::isinf(number);
}

void note(const at::Tensor& tensor, Finiteness& finiteness) {
  const TensorFacts facts = facts_of(tensor, {true, false});
  finiteness.has_nan |= facts.has_nan;
  finiteness.has_inf |= facts.has_inf;
}

}  // namespace

InputNumbers::InputNumbers(const c10::FunctionSchema& schema,
                           c10::ArrayRef<c10::IValue> arguments) {
  unread_.reserve(arguments.size());
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const c10::Argument& argument = schema.arguments()[i];
    note_scalar(arguments[i]);
    if (argument.is_out()) continue;
    for_each_tensor(arguments[i], [&](const at::Tensor& tensor) {
      if (is_written(argument))
        note(tensor, known_);
      else
        unread_.push_back(tensor);
    });
  }
}

void InputNumbers::note_scalar(const c10::IValue& value) {
  if (value.isDouble()) {
    note(value.toDouble(), known_);
  } else if (value.isComplexDouble()) {
    note(value.toComplexDouble().real(), known_);
    note(value.toComplexDouble().imag(), known_);
  } else if (value.isDoubleList()) {
    for (const double number : value.toDoubleList()) note(number, known_);
  } else if (value.isList() && !value.isIntList() && !value.isTensorList()) {
    for (const c10::IValue& element : value.toListRef()) note_scalar(element);
  }
}

bool InputNumbers::shares_memory_with(const at::Tensor& output) const {
  if (!output.has_storage()) return false;
  return std::any_of(unread_.begin(), unread_.end(), [&](const at::Tensor& input) {
    return input.has_storage() && input.is_alias_of(output);
  });
}

Finiteness InputNumbers::finiteness() const {
  Finiteness all = known_;
  for (const at::Tensor& tensor : unread_) note(tensor, all);
  return all;
}

void keep_values(const at::Tensor& tensor, TensorFacts& facts) {
  constexpr std::int64_t kMostKept = 16384;
  if (!facts.scanned || tensor.numel() == 0 || tensor.numel() > kMostKept) return;
  const UnhookedGuard unhooked;
  const at::AutoDispatchBelowADInplaceOrView below_autograd;
  at::Tensor plain = tensor.resolve_conj().resolve_neg().to(at::kCPU);
  if (plain.is_complex()) plain = at::view_as_real(plain);
  plain = plain.to(at::kDouble).contiguous();
  const double* const first = plain.data_ptr<double>();
  facts.values.assign(first, first + plain.numel());
}

bool is_written(const c10::Argument& argument) {
  return argument.alias_info() != nullptr && argument.alias_info()->isWrite();
}

bool computes_no_values(const c10::OperatorHandle& op) {
  if (op.hasTag(at::Tag::inplace_view)) return true;
  const std::string_view name = op.schema().name();
  const auto starts_with = [&](std::string_view prefix) {
    return name.substr(0, prefix.size()) == prefix;
  };
  return starts_with("aten::empty") || starts_with("aten::new_empty") ||
         starts_with("aten::_empty") || starts_with("aten::resize");
}

}  // namespace gradgrind::detail
