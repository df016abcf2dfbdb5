#include "properties/exceptions.h"

namespace gradgrind {

const Exception* exception_for(const Contract& contract, const Property& property) {
  for (const Exception& exception : contract.data().exceptions) {
    if (exception.property == property.name) return &exception;
  }
  return nullptr;
}

PropertyResult judge_exception(const Contract& contract, const Property& property,
                               PropertyResult result) {
  const Exception* exception = exception_for(contract, property);
  if (exception == nullptr || !result.error.empty()) return result;
  if (!result.findings.empty()) {
    result.outcome = Outcome::holds;
    result.reason = "declared exception stands: " + exception->reason;
    result.findings.clear();
    return result;
  }
  if (result.outcome != Outcome::holds) return result;
  result.outcome = Outcome::fails;
  result.error = "the exception has expired: " + property.name + " held for " +
                 std::to_string(result.cases) + " cases; remove .except(\"" + property.name +
                 "\", \"" + exception->reason + "\")";
  return result;
}

}  // namespace gradgrind
