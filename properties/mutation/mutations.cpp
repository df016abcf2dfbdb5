#include "properties/mutation/mutations.h"

#include <algorithm>

#include "gradgrind/properties/mutation.h"
#include "properties/operator_values.h"

namespace gradgrind {

const std::vector<Mutation>& mutations() {
  static const std::vector<Mutation> all = [] {
    std::vector<Mutation> list = result_mutations();
    for (const Mutation& mutation : argument_mutations()) list.push_back(mutation);
    return list;
  }();
  return all;
}

std::vector<MutationInfo> known_mutations() {
  std::vector<MutationInfo> list;
  for (const Mutation& mutation : mutations()) {
    list.push_back({mutation.name, mutation.group, mutation.what});
  }
  return list;
}

std::string_view base_name(const c10::FunctionSchema& schema) { return schema.name(); }

bool writes_in_place(const c10::FunctionSchema& schema) {
  return std::any_of(schema.arguments().begin(), schema.arguments().end(), detail::is_written);
}

bool is_view(const c10::FunctionSchema& schema) {
  return std::any_of(schema.returns().begin(), schema.returns().end(),
                     [](const c10::Argument& result) {
                       return result.alias_info() != nullptr && !detail::is_written(result);
                     });
}

bool has_tensor_argument(const MutatedCall& call) {
  bool has = false;
  for (const c10::IValue& argument : call.arguments) {
    detail::for_each_tensor(argument, [&](const at::Tensor&) { has = true; });
  }
  return has;
}

at::Tensor first_result(const Values& results) {
  if (results.empty() || !results[0].isTensor()) return {};
  const at::Tensor result = results[0].toTensor();
  return result.defined() && result.numel() > 0 ? result : at::Tensor();
}

}  // namespace gradgrind
