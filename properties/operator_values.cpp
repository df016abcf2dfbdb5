#include "properties/operator_values.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>

#include "properties/tensor_scan.h"

namespace gradgrind::detail {
namespace {

template <class Number>
void append_number(Number number, std::string& text) {
  char digits[32];
  text.append(digits, std::to_chars(digits, digits + sizeof(digits), number).ptr);
}

void append_tensor(const at::Tensor& tensor, std::string& text) {
  if (!tensor.defined()) {
    text += "undefined";
    return;
  }
  text += dtype_name(tensor.scalar_type());
  text += " [";
  const char* separator = "";
  for (const std::int64_t size : tensor.sizes()) {
    text += separator;
    append_number(size, text);
    separator = ", ";
  }
  text += ']';
}

void append_value(const c10::IValue& value, std::string& text) {
  if (value.isTensor()) {
    append_tensor(value.toTensor(), text);
  } else if (value.isNone()) {
    text += "none";
  } else if (value.isInt()) {
    text += "int ";
    append_number(value.toInt(), text);
  } else if (value.isBool()) {
    text += value.toBool() ? "true" : "false";
  } else if (value.isDouble()) {
    text += "float ";
    append_number(value.toDouble(), text);
  } else if (value.isIntList()) {
    text += "ints [";
    const char* separator = "";
    for (const std::int64_t number : value.toIntList()) {
      text += separator;
      append_number(number, text);
      separator = ", ";
    }
    text += ']';
  } else if (value.isList()) {
    text += '[';
    const char* separator = "";
    for (const c10::IValue& element : value.toListRef()) {
      text += separator;
      append_value(element, text);
      separator = ", ";
    }
    text += ']';
  } else if (value.isString()) {
    text += '"' + value.toStringRef() + '"';
  } else {
    text += value.tagKind();
  }
}

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

std::string describe(c10::ArrayRef<c10::IValue> values) {
  std::string text;
  text.reserve(64);
  for (const c10::IValue& value : values) {
    if (!text.empty()) text += ", ";
    append_value(value, text);
  }
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

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

bool is_written(const c10::Argument& argument) {
  return argument.alias_info() != nullptr && argument.alias_info()->isWrite();
}

bool leaves_uninitialised(const c10::FunctionSchema& schema) {
  const std::string_view name = schema.name();
  const auto starts_with = [&](std::string_view prefix) {
    return name.substr(0, prefix.size()) == prefix;
  };
  return starts_with("aten::empty") || starts_with("aten::new_empty") ||
         starts_with("aten::_empty") || starts_with("aten::resize");
}

}  // namespace gradgrind::detail
