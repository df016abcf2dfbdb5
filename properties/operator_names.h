// Names of operators, put together once.
#pragma once

#include <ATen/core/function_schema.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gradgrind::detail {

/// Gives each operator's name with its overload, which lives as long as the process. Keeps the
/// schemas' addresses: no operator that it has seen may be taken out of the dispatcher before it.
class OperatorNames {
 public:
  /// "aten::softmax.int".
  std::string_view of(const c10::FunctionSchema& schema) {
    constexpr unsigned kAlignment = 6;
    Known& known = known_[(reinterpret_cast<std::uintptr_t>(&schema) >> kAlignment) % kSlots];
    if (known.schema != &schema) known = {&schema, interned(schema)};
    return known.name;
  }

 private:
  struct Known {
    const c10::FunctionSchema* schema = nullptr;
    std::string_view name;
  };

  static std::string_view interned(const c10::FunctionSchema& schema);

  static constexpr std::size_t kSlots = 256;
  std::array<Known, kSlots> known_;
};

}  // namespace gradgrind::detail
