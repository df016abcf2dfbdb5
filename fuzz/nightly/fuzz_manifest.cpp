#include "fuzz/nightly/fuzz_manifest.h"

#include <fstream>
#include <nlohmann/json.hpp>

#include "gradgrind/generators/error.h"

namespace gradgrind::nightly {
namespace {

// Calls `take(object)` for each object of the kind.
template <class Take>
void read_manifest(const std::string& manifest, const std::string& kind, Take take) {
  std::ifstream stream(manifest);
  if (!stream) {
    throw UsageError(
        manifest +
        " cannot be read; configuring a project with gradgrind_fuzz_target(...) writes "
        "gradgrind_fuzz.json into its build folder");
  }
  try {
    const nlohmann::json json = nlohmann::json::parse(stream);
    for (const nlohmann::json& object : json) {
      if (object.value("kind", "fuzzer") == kind) take(object);
    }
  } catch (const nlohmann::json::exception& error) {
    throw UsageError(manifest + " is no manifest of fuzz targets: " + error.what());
  }
}

}  // namespace

std::vector<FuzzerEntry> fuzzers_of_manifest(const std::string& manifest) {
  std::vector<FuzzerEntry> entries;
  read_manifest(manifest, "fuzzer", [&](const nlohmann::json& object) {
    entries.push_back({object.at("name"), object.at("fuzzer"), object.at("seeds"),
                       object.value("dictionary", ""), object.value("replay", ""),
                       object.value("regressions", ""), object.value("known", ""),
                       object.value("source_folder", "")});
  });
  return entries;
}

std::vector<SuiteEntry> suites_of_manifest(const std::string& manifest) {
  std::vector<SuiteEntry> entries;
  read_manifest(manifest, "suite", [&](const nlohmann::json& object) {
    entries.push_back({object.at("name"), object.at("program")});
  });
  return entries;
}

}  // namespace gradgrind::nightly
