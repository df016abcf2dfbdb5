// What tests of whole checks share: settings for a folder, and single results.
#pragma once

#include <stdexcept>
#include <string>

#include "gradgrind/properties/check.h"
#include "tests/generators/file_folder.h"

namespace gradgrind {

inline Settings in_process(const FileFolder& folder) {
  Settings settings;
  settings.isolate = false;
  settings.progress = false;
  settings.folder = folder.path();
  return settings;
}

inline Settings isolated(const FileFolder& folder) {
  Settings settings = in_process(folder);
  settings.isolate = true;
  return settings;
}

/// The result of one property of a check.
inline const PropertyResult& result_of(const CheckResult& checked, const std::string& property) {
  for (const PropertyResult& result : checked.properties) {
    if (result.property == property) return result;
  }
  throw std::runtime_error("no result of " + property);
}

/// Checks one property of a contract, alone.
inline PropertyResult check_one(const Contract& contract, const std::string& property,
                                const Settings& settings) {
  const Suite suite = {find_property(suite_of(contract), property)};
  const CheckResult checked = check_all(contract, suite, settings);
  if (!checked.problems.empty()) throw UsageError(checked.problems);
  return checked.properties.front();
}

}  // namespace gradgrind
