#include "properties/case_plan.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "gradgrind/generators/case_file.h"
#include "properties/exceptions.h"
#include "properties/stored_case.h"

namespace gradgrind {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> case_files(const fs::path& folder, const std::string& property) {
  std::vector<std::string> files;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    if (entry.path().extension() != ".safetensors") continue;
    // "property.safetensors", "property-1f3a.safetensors", "property-name-of-the-bug.safetensors".
    const bool is_own = name.compare(0, property.size(), property) == 0 &&
                        (name[property.size()] == '-' || name[property.size()] == '.');
    if (is_own) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

int planned_cases(const Contract& contract, const Property& property, const Settings& settings) {
  const auto& options = contract.data().options;
  const auto configured = options.find(property.name);
  const bool is_configured = configured != options.end() && configured->second.cases.has_value();
  int count = property.cases;
  if (is_configured) count = *configured->second.cases;
  double scale = settings.scale;
  // Before an exception is said to have expired, the search is ten times the usual one, and no
  // shorter where a quick run was asked for: what fails seldom would expire by chance.
  if (exception_for(contract, property) != nullptr) scale = 10 * std::max(scale, 1.0);
  const int least = property.quantifier == Quantifier::some && !is_configured
                        ? std::min(kLeastRefuting, property.cases)
                        : 1;
  const double scaled = std::ceil(count * scale);
  return static_cast<int>(std::clamp(scaled, static_cast<double>(least), 1e9));
}

CasePlan::CasePlan(const Contract& contract, const Property& property, const Settings& settings)
    : contract_(contract), settings_(settings) {
  std::vector<fs::path> folders;
  if (!settings.regressions.empty()) {
    folders.push_back(fs::path(settings.regressions) / contract.name());
  }
  folders.push_back(fs::path(settings.folder) / contract.name());
  for (const fs::path& folder : folders) {
    for (const std::string& file : case_files(folder, property.name)) {
      try {
        CaseFile stored = stored_case(contract, file);
        const std::string mismatch = contract.space().value_mismatch(stored.content);
        // One from production names no contract: what happened there is to be looked at.
        if (!mismatch.empty() && !stored.contract.empty()) {
          broken_.push_back(file +
                            ": passed by, since the contract no longer promises anything of " +
                            "its values: " + mismatch);
          continue;
        }
        first_.push_back({std::move(stored.content), "stored case " + file, 0});
      } catch (const UsageError& error) {
        broken_.push_back(error.what());
      }
    }
  }
  for (std::size_t i = 0; i < contract.data().examples.size(); ++i) {
    first_.push_back({contract.data().examples[i], "example " + std::to_string(i + 1), 0});
  }
  from_stream_ = static_cast<std::uint64_t>(planned_cases(contract, property, settings));
}

PlannedCase CasePlan::at(std::uint64_t position) const {
  if (position < first_.size()) return first_[position];
  const std::uint64_t index = position - first_.size();
  const bool is_edge = index < contract_.space().edges().size();
  return {contract_.space().at(settings_.seed, index), is_edge ? "edge case" : "random case",
          index};
}

std::optional<std::pair<std::uint64_t, PlannedCase>> CaseOrder::next() {
  while (walked_ < plan_.size()) {
    const std::uint64_t before = plan_.before_stream();
    const bool is_backwards = quantifier_ == Quantifier::some && walked_ >= before;
    const std::uint64_t position = is_backwards ? plan_.size() - 1 - (walked_ - before) : walked_;
    ++walked_;
    PlannedCase planned = plan_.at(position);
    if (!first_.has_value() || planned.content.dtype == *first_) {
      return std::make_pair(position, std::move(planned));
    }
    put_off_.push_back(position);
  }
  if (taken_up_ == put_off_.size()) return std::nullopt;
  const std::uint64_t position = put_off_[taken_up_++];
  return std::make_pair(position, plan_.at(position));
}

}  // namespace gradgrind
