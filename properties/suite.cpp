#include <algorithm>

#include "gradgrind/generators/error.h"
#include "gradgrind/properties/contract.h"
#include "gradgrind/properties/property.h"
#include "properties/groups/groups.h"

namespace gradgrind {

Suite default_suite() {
  Suite suite;
  for (const auto group :
       {forward_group, numeric_group, layout_group, batch_group, gradient_group, training_group,
        state_group, determinism_group, sequence_group, failure_group, algebra_group}) {
    for (Property& property : group()) suite.push_back(std::move(property));
  }
  return suite;
}

const Property& find_property(const Suite& suite, const std::string& name) {
  const auto found = std::find_if(suite.begin(), suite.end(),
                                  [&](const Property& property) { return property.name == name; });
  if (found != suite.end()) return *found;
  std::vector<std::string> known;
  for (const Property& property : suite) known.push_back(property.name);
  throw UsageError(unknown_name("property", name, known));
}

Suite suite_of(const Contract& contract) {
  const ContractData& data = contract.data();
  Suite all = default_suite();
  all.insert(all.end(), data.own_properties.begin(), data.own_properties.end());
  const auto is_in = [](const std::vector<std::string>& names, const Property& property) {
    return std::find(names.begin(), names.end(), property.name) != names.end();
  };
  Suite suite;
  for (Property& property : all) {
    if (is_in(data.without, property)) continue;
    // Own properties are there because somebody wrote them: `only` speaks of the catalogue.
    if (!data.only.empty() && property.group != "own" && !is_in(data.only, property)) continue;
    suite.push_back(std::move(property));
  }
  return suite;
}

}  // namespace gradgrind
