#include "fuzz/nightly/met_folder.h"

#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>

#include "fuzz/nightly/files.h"
#include "gradgrind/generators/error.h"

namespace gradgrind::nightly {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

void take_in_damage(const json& status, SliceResult& result) {
  for (const auto& [name, counts] : status.at("damage").items()) {
    DamageTally& tally = result.damage[name];
    const std::int64_t inputs = counts.at("inputs");
    const std::int64_t accepted = counts.at("accepted");
    tally.name = name;
    tally.inputs += inputs;
    tally.accepted += accepted;
    tally.refused += inputs - accepted;
  }
}

// Files that were not finished when their writer died are no findings.
template <class Take>
void for_each_json(const std::string& folder, const std::string& name, Take take) {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    const fs::path path = name.empty() ? entry.path() : entry.path() / name;
    if (path.extension() != ".json" || !fs::exists(path)) continue;
    try {
      take(path, json::parse(read_file(path.string())));
    } catch (const json::exception&) {
      continue;
    } catch (const UsageError&) {
      continue;
    }
  }
}

}  // namespace

void take_in_met(const std::string& target, const std::string& folder, double begun,
                 SliceResult& result) {
  const std::size_t first = result.met.size();
  for_each_json(folder + "/findings", "finding.json", [&](const fs::path& path, const json& found) {
    Meeting meeting;
    meeting.input = read_file((path.parent_path() / "input").string());
    meeting.finding.target = target;
    meeting.finding.signature = found.at("signature");
    meeting.finding.verdict = found.at("verdict");
    meeting.finding.report = found.at("report");
    meeting.finding.first_seen = now_text();
    meeting.seconds = begun;
    result.met.push_back(std::move(meeting));
  });
  for_each_json(folder + "/status", "", [&](const fs::path&, const json& status) {
    take_in_damage(status, result);
    for (const auto& [signature, counts] : status.at("findings").items()) {
      for (std::size_t i = first; i < result.met.size(); ++i) {
        Meeting& meeting = result.met[i];
        if (meeting.finding.signature != signature) continue;
        meeting.times = counts.at("times");
        meeting.seconds = begun + counts.at("seconds").get<double>();
      }
    }
  });
}

std::optional<std::string> current_input(const std::string& folder) {
  const std::string path = folder + "/current";
  if (!fs::exists(path)) return std::nullopt;
  std::string bytes = read_file(path);
  std::uint64_t size = 0;
  if (bytes.size() < sizeof(size)) return std::nullopt;
  std::memcpy(&size, bytes.data(), sizeof(size));
  if (size > bytes.size() - sizeof(size)) return std::nullopt;
  return bytes.substr(sizeof(size), size);
}

}  // namespace gradgrind::nightly
