// Keeping the arguments of a call until somebody asks for them in words.
#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/core/ivalue.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "gradgrind/properties/observation.h"

namespace gradgrind::detail {

/// Writes down arguments, in passing: every operator that is watched has some.
class CallArgumentsWriter {
 public:
  explicit CallArgumentsWriter(CallArguments& arguments) : arguments_(arguments) {}

  void write(c10::ArrayRef<c10::IValue> values) {
    for (const c10::IValue& value : values) put_value(value);
    flush();
  }

 private:
  void put_value(const c10::IValue& value);
  void put_tensor(const at::Tensor& tensor);
  void put_list(const c10::IValue& value);
  void put_text(char tag, std::string_view text);
  void put_count(std::uint64_t count);
  void put_integer(std::int64_t number);
  void put_byte(char byte);
  void put_bytes(const void* data, std::size_t size);
  void flush();

  CallArguments& arguments_;
  std::array<char, 128> buffer_;
  std::size_t size_ = 0;
};

}  // namespace gradgrind::detail
