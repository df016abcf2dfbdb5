#include "fuzz/support/finding_text.h"

#include <nlohmann/json.hpp>

namespace gradgrind::fuzz {

std::string to_text(const Judged& judged) {
  nlohmann::json json = {{"loaded", judged.loaded}};
  if (judged.finding.has_value()) {
    const LoaderFinding& found = *judged.finding;
    json["finding"] = {{"loader", found.loader},
                       {"verdict", found.verdict},
                       {"damage", found.damage},
                       {"what", found.what},
                       {"message", found.message},
                       {"site", found.site},
                       {"way", static_cast<int>(found.way)}};
  }
  // Messages of loaders may quote bytes that are no text.
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Judged judged_from_text(const std::string& text) {
  const nlohmann::json json = nlohmann::json::parse(text);
  Judged judged;
  judged.loaded = json.at("loaded");
  if (json.contains("finding")) {
    const nlohmann::json& found = json.at("finding");
    LoaderFinding finding;
    finding.loader = found.at("loader");
    finding.verdict = found.at("verdict");
    finding.damage = found.at("damage");
    finding.what = found.at("what");
    finding.message = found.at("message");
    finding.site = found.at("site");
    finding.way = static_cast<Way>(found.at("way").get<int>());
    judged.finding = std::move(finding);
  }
  return judged;
}

}  // namespace gradgrind::fuzz
