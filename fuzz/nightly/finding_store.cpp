#include "fuzz/nightly/finding_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <tuple>

#include "fuzz/nightly/files.h"
#include "gradgrind/generators/error.h"
#include "gradgrind/generators/source.h"

namespace gradgrind::nightly {
namespace {

namespace fs = std::filesystem;

std::string key_of(const std::string& signature) { return fmt::format("{:016x}", hash(signature)); }

std::string to_text(const StoredFinding& found) {
  const nlohmann::json value = {{"target", found.target},      {"signature", found.signature},
                                {"verdict", found.verdict},    {"summary", found.summary},
                                {"report", found.report},      {"first_seen", found.first_seen},
                                {"is_shrunk", found.is_shrunk}};
  return value.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

StoredFinding finding_from(const std::string& text) {
  const nlohmann::json value = nlohmann::json::parse(text);
  StoredFinding found;
  found.target = value.at("target");
  found.signature = value.at("signature");
  found.verdict = value.at("verdict");
  found.summary = value.at("summary");
  found.report = value.at("report");
  found.first_seen = value.at("first_seen");
  found.is_shrunk = value.at("is_shrunk");
  return found;
}

}  // namespace

std::string FindingStore::inputs_of(const std::string& target) const {
  return folder_ + "/" + target + "/inputs";
}

std::string FindingStore::input_of(const std::string& target, const std::string& signature) const {
  return inputs_of(target) + "/" + key_of(signature);
}

std::string FindingStore::description_of(const std::string& target,
                                         const std::string& signature) const {
  return folder_ + "/" + target + "/" + key_of(signature) + ".json";
}

bool FindingStore::keep(StoredFinding found, const std::string& input) {
  const std::string description = description_of(found.target, found.signature);
  const bool is_new = !fs::exists(description);
  if (!is_new) {
    const StoredFinding before = finding_from(read_file(description));
    const std::string path = input_of(found.target, found.signature);
    const bool is_there = fs::exists(path);
    if (is_there && (before.is_shrunk || fs::file_size(path) <= input.size())) return false;
    found.first_seen = before.first_seen;
  }
  replace(std::move(found), input);
  return is_new;
}

void FindingStore::replace(StoredFinding found, const std::string& input) {
  write_file(input_of(found.target, found.signature), input);
  write_file(description_of(found.target, found.signature), to_text(found));
}

void FindingStore::remove(const StoredFinding& found) {
  std::error_code ignored;
  fs::remove(description_of(found.target, found.signature), ignored);
  fs::remove(input_of(found.target, found.signature), ignored);
}

std::vector<StoredFinding> FindingStore::of(const std::string& target,
                                            std::vector<std::string>& problems) const {
  std::vector<StoredFinding> findings;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder_ + "/" + target, error)) {
    const std::string path = entry.path().string();
    if (entry.path().extension() != ".json") continue;
    try {
      StoredFinding found = finding_from(read_file(path));
      found.input = input_of(target, found.signature);
      found.input_bytes = fs::file_size(found.input);
      findings.push_back(std::move(found));
    } catch (const std::exception& unreadable) {
      problems.push_back(path + ": a stored finding that cannot be read: " + unreadable.what());
    }
  }
  std::sort(findings.begin(), findings.end(), [](const StoredFinding& a, const StoredFinding& b) {
    return std::tie(a.first_seen, a.signature) < std::tie(b.first_seen, b.signature);
  });
  return findings;
}

}  // namespace gradgrind::nightly
