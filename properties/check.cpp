#include "gradgrind/properties/check.h"

#include <algorithm>

#include "properties/global_state.h"
#include "properties/runner.h"
#include "properties/stored_case.h"
#include "properties/supervisor.h"

namespace gradgrind {

bool CheckResult::holds() const {
  return problems.empty() &&
         std::none_of(properties.begin(), properties.end(), [](const PropertyResult& result) {
           return result.outcome == Outcome::fails;
         });
}

std::vector<Finding> CheckResult::findings() const {
  std::vector<Finding> all;
  for (const PropertyResult& result : properties) {
    all.insert(all.end(), result.findings.begin(), result.findings.end());
  }
  return all;
}

CheckResult check_all(const Contract& contract, const Suite& suite, const Settings& settings) {
  CheckResult checked;
  checked.contract = contract.name();
  checked.problems = contract.problems();
  if (!checked.problems.empty()) return checked;
  Supervisor supervisor(contract, suite, settings);
  for (const Property& property : suite) {
    const std::string reason = property.ruled_out != nullptr ? property.ruled_out(contract) : "";
    if (reason.empty()) {
      checked.properties.push_back(supervisor.run(property));
      continue;
    }
    PropertyResult result;
    result.contract = contract.name();
    result.property = property.name;
    result.outcome = Outcome::not_applicable;
    result.reason = reason;
    checked.properties.push_back(std::move(result));
  }
  return checked;
}

std::vector<Finding> check(const Contract& contract, const Suite& suite, const Settings& settings) {
  const CheckResult result = check_all(contract, suite, settings);
  if (!result.problems.empty()) throw UsageError(result.problems);
  return result.findings();
}

std::vector<Finding> check(const Contract& contract) { return check(contract, suite_of(contract)); }

Verdict replay(const Contract& contract, const std::string& property, const Case& a_case) {
  const std::string mismatch = contract.space().structural_mismatch(a_case);
  if (!mismatch.empty()) {
    throw UsageError("replay: the case is not of the contract " + contract.name() + ": " +
                     mismatch);
  }
  const Property found = find_property(suite_of(contract.only({})), property);
  const GlobalStateGuard guard;
  Settings settings = process_settings();
  Runner runner(contract, settings);
  return runner.judge(found, a_case);
}

Verdict replay_file(const Contract& contract, const std::string& path,
                    const std::string& property) {
  const CaseFile file = stored_case(contract, path);
  const std::string& name = property.empty() ? file.identity.property : property;
  if (name.empty()) {
    throw UsageError("replay_file(\"" + path +
                     "\"): the file names no property; pass one as the third argument");
  }
  return replay(contract, name, file.content);
}

}  // namespace gradgrind
