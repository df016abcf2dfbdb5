// The ways in which an operator is made to go wrong.
#pragma once

#include <ATen/core/function_schema.h>
#include <ATen/core/ivalue.h>

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace gradgrind {

using Values = std::vector<c10::IValue>;

/// One operator call, as a mutation meets it: above autograd, so that gradients follow.
struct MutatedCall {
  const c10::FunctionSchema& schema;
  Values arguments;
  std::function<Values(const Values& arguments)> run;  ///< The operator itself.
  /// Whether a tensor's memory was there before the forward: an input, a parameter, a buffer.
  std::function<bool(const at::Tensor&)> outlives;
};

struct Mutation {
  const char* name;
  const char* group;
  const char* what;
  /// Whether it may act on calls that look so. `results` are those of the operator itself.
  bool (*fits)(const MutatedCall& call, const Values& results);
  /// Runs in place of the operator; nothing where this call leaves it nothing to do, and then the
  /// operator has not run. Throws what the operator throws.
  std::optional<Values> (*run)(const MutatedCall& call);
  /// Why results that are the same bits as the operator's own, in every case, prove that it
  /// changes nothing; null where they only show that the cases are weak.
  const char* same_results_prove;
};

/// In the order of their groups.
const std::vector<Mutation>& mutations();
std::vector<Mutation> result_mutations();
std::vector<Mutation> argument_mutations();

// -- Reading a call ------------------------------------------------------------------------------

/// Name without overload: "aten::sum".
std::string_view base_name(const c10::FunctionSchema& schema);
bool writes_in_place(const c10::FunctionSchema& schema);
/// Whether its result is a view of an argument: what a mutation would do to it, the operator that
/// made the values shows as well.
bool is_view(const c10::FunctionSchema& schema);
bool has_tensor_argument(const MutatedCall& call);
/// The first result, where it is a defined tensor with elements; else undefined.
at::Tensor first_result(const Values& results);

}  // namespace gradgrind
