#include "fuzz/nightly/sarif_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <vector>

#include "fuzz/nightly/html_text.h"
#include "fuzz/nightly/night_facts.h"
#include "fuzz/nightly/plain_text.h"

namespace gradgrind::nightly {
namespace {

using Json = nlohmann::ordered_json;

std::string line(const std::string& text) { return plain_line(text, kLongestLine); }

/// FNV-1a, which every machine and every version computes alike.
std::string fingerprint(const std::string& text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return fmt::format("{:016x}", hash);
}

/// "wrong value" as "wrong-value".
std::string rule_id(const NightFinding& finding) {
  std::string id = plain_line(finding.verdict, kLongestName);
  std::replace(id.begin(), id.end(), ' ', '-');
  return id.empty() ? "finding" : id;
}

/// A path as the reference that RFC 3986 allows.
std::string uri(const std::string& path) {
  std::string result = path.rfind('/', 0) == 0 ? "file://" : "";
  for (const char c : path.substr(0, kLongestLine)) {
    const bool stays = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '/' || c == '.' || c == '-' || c == '_' || c == '~';
    result += stays ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return result;
}

struct Place {
  std::string path;
  int line = 0;  ///< 0: none.
};

/// "csv.cpp:41" in two.
Place place_of(const std::string& source) {
  const std::size_t colon = source.rfind(':');
  if (colon == std::string::npos || source.size() - colon > 8) return {source, 0};
  const std::string digits = source.substr(colon + 1);
  const bool is_number = !digits.empty() && std::all_of(digits.begin(), digits.end(), [](char c) {
    return c >= '0' && c <= '9';
  });
  if (!is_number) return {source, 0};
  return {source.substr(0, colon), std::stoi(digits)};
}

Json location_of(const NightFinding& finding) {
  const Place place = place_of(finding.source.empty() ? finding.target : finding.source);
  Json physical = {{"artifactLocation", {{"uri", uri(place.path)}}}};
  if (place.line > 0) physical["region"] = {{"startLine", place.line}};
  Json logical = Json::array();
  logical.push_back({{"name", plain_line(finding.target, kLongestName)}, {"kind", "function"}});
  return {{"physicalLocation", physical}, {"logicalLocations", logical}};
}

Json message(const std::string& text) { return {{"text", text}}; }

const char* level_of(const NightFinding& finding) {
  switch (finding.state) {
    case FindingState::fresh:
      return "error";
    case FindingState::known:
      return "note";
    case FindingState::fixed:
      break;
  }
  return "none";
}

const char* baseline_of(const NightFinding& finding) {
  if (finding.state == FindingState::fixed) return "absent";
  return finding.is_from_this_night ? "new" : "unchanged";
}

Json result_of(const NightFinding& finding, std::size_t rule) {
  Json result = {{"ruleId", rule_id(finding)},
                 {"ruleIndex", rule},
                 {"kind", finding.state == FindingState::fixed ? "pass" : "fail"},
                 {"level", level_of(finding)},
                 {"baselineState", baseline_of(finding)}};
  result["message"] =
      message(fmt::format("{} {}: {}\n\nReplay: {}", plain_line(finding.target, kLongestName),
                          plain_line(finding.verdict, kLongestName), line(finding.summary),
                          plain_line(finding.replay, kLongestCommand)));
  result["locations"] = Json::array();
  result["locations"].push_back(location_of(finding));
  result["partialFingerprints"] = {{"gradgrindSignature/v1", fingerprint(finding.signature)}};
  if (finding.times_met > 0) {
    result["occurrenceCount"] =
        std::min<std::int64_t>(finding.times_met, std::numeric_limits<int>::max());
  }
  if (finding.state == FindingState::known) {
    result["suppressions"] = Json::array();
    result["suppressions"].push_back(
        {{"kind", "external"}, {"status", "accepted"}, {"justification", line(finding.reason)}});
  }
  result["properties"] = {{"signature", line(finding.signature)},
                          {"state", name(finding.state)},
                          {"input", line(finding.input)},
                          {"report", plain_text(finding.report, kLongestReport)}};
  return result;
}

Json rule_of(const NightFinding& finding) {
  return {{"id", rule_id(finding)},
          {"shortDescription",
           message(fmt::format("Verdict: {}", plain_line(finding.verdict, kLongestName)))},
          {"defaultConfiguration", {{"level", "error"}}}};
}

Json invocation_of(const Night& night) {
  Json notices = Json::array();
  const auto add = [&](const std::string& text) {
    notices.push_back({{"level", "error"}, {"message", message(text)}});
  };
  for (const std::string& problem : night.problems) add(line(problem));
  for (const TargetNight& target : night.targets) {
    if (target.problem.empty()) continue;
    add(fmt::format("{}: {}", plain_line(target.name, kLongestName), line(target.problem)));
  }
  return {{"executionSuccessful", notices.empty()}, {"toolExecutionNotifications", notices}};
}

}  // namespace

std::string sarif_report(const Night& night) {
  Json rules = Json::array(), results = Json::array();
  std::vector<std::string> ids;
  for (const NightFinding& finding : night.findings) {
    const std::string id = rule_id(finding);
    const auto rule = std::find(ids.begin(), ids.end(), id);
    const auto index = static_cast<std::size_t>(rule - ids.begin());
    if (rule == ids.end()) {
      ids.push_back(id);
      rules.push_back(rule_of(finding));
    }
    results.push_back(result_of(finding, index));
  }

  Json run;
  run["tool"] = {{"driver", {{"name", "Gradgrind"}, {"rules", rules}}}};
  run["automationDetails"] = {{"id", "gradgrind-nightly/"}};
  run["invocations"] = Json::array();
  run["invocations"].push_back(invocation_of(night));
  run["columnKind"] = "utf16CodeUnits";
  run["results"] = results;
  Json sarif = {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"}, {"version", "2.1.0"}};
  sarif["runs"] = Json::array();
  sarif["runs"].push_back(run);
  return sarif.dump(1) + '\n';
}

}  // namespace gradgrind::nightly
