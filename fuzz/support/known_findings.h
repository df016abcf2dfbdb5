// Findings that are known: listed with a reason, counted and passed by.
//
// corpus/<target>/known.json:
//   [{"signature": "torch_load: dies*", "reason": "pops an empty stack", "ends_with":
//   "LibTorch 2.6",
//     "since": "2026-11-23", "until": "2027-06-01"}]
// `*` stands for any text. `ends_with` is the version or the fix that ends it; `until` only warns.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gradgrind::fuzz {

struct KnownFinding {
  std::string signature;
  std::string reason;
  std::string ends_with;  ///< Empty: nobody knows yet.
  std::string since;
  std::string until;  ///< "2027-06-01"; empty: no date.
};

/// None where there is no such file. Throws UsageError, naming the file, for one that is no such
/// list, and for an entry without signature or reason.
std::vector<KnownFinding> read_known_findings(const std::string& path);

/// The first that matches, or null.
const KnownFinding* find_known(const std::vector<KnownFinding>& known, std::string_view signature);

/// Whether `pattern`, in which `*` stands for any text, covers the whole text.
bool matches(std::string_view pattern, std::string_view text);

}  // namespace gradgrind::fuzz
