#include "properties/operator_names.h"

#include <mutex>
#include <string>
#include <unordered_set>

namespace gradgrind::detail {

std::string_view OperatorNames::interned(const c10::FunctionSchema& schema) {
  static std::mutex mutex;
  // Never taken down: a trace may outlive all that has an end.
  static auto* const names = new std::unordered_set<std::string>();
  std::string name = schema.name();
  if (!schema.overload_name().empty()) name += "." + schema.overload_name();
  const std::lock_guard<std::mutex> lock(mutex);
  return *names->insert(std::move(name)).first;
}

}  // namespace gradgrind::detail
