#include "fuzz/support/known_findings.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "gradgrind/generators/error.h"

namespace gradgrind::fuzz {
namespace {

std::string text_of(const nlohmann::json& entry, const char* key) {
  const auto found = entry.find(key);
  return found == entry.end() || found->is_null() ? std::string() : found->get<std::string>();
}

}  // namespace

std::vector<KnownFinding> read_known_findings(const std::string& path) {
  if (!std::filesystem::exists(path)) return {};
  std::ifstream file(path);
  if (!file) throw UsageError(path + ": cannot be read");
  std::vector<KnownFinding> known;
  try {
    const nlohmann::json list = nlohmann::json::parse(file);
    if (!list.is_array()) throw UsageError(path + ": holds no list of known findings");
    for (const nlohmann::json& entry : list) {
      KnownFinding one{text_of(entry, "signature"), text_of(entry, "reason"),
                       text_of(entry, "ends_with"), text_of(entry, "since"),
                       text_of(entry, "until")};
      if (one.signature.empty() || one.reason.empty()) {
        throw UsageError(path + ": entry " + std::to_string(known.size() + 1) +
                         " lacks a signature or a reason");
      }
      known.push_back(std::move(one));
    }
  } catch (const nlohmann::json::exception& error) {
    throw UsageError(path + ": " + error.what());
  }
  return known;
}

const KnownFinding* find_known(const std::vector<KnownFinding>& known, std::string_view signature) {
  const auto found = std::find_if(known.begin(), known.end(), [&](const KnownFinding& one) {
    return matches(one.signature, signature);
  });
  return found == known.end() ? nullptr : &*found;
}

bool matches(std::string_view pattern, std::string_view text) {
  std::size_t star = std::string_view::npos;  // the last one met, and how much text it has taken
  std::size_t taken = 0;
  std::size_t p = 0;
  std::size_t t = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      taken = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++taken;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

}  // namespace gradgrind::fuzz
