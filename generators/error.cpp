#include "gradgrind/generators/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <string>
#include <vector>

namespace gradgrind {
namespace {

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

/// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`.
std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> before_last, last(b.size() + 1), current(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      current[j] = std::min({last[j] + 1, current[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        current[j] = std::min(current[j], before_last[j - 2] + 1);
      }
    }
    before_last = last;
    last = current;
  }
  return last[b.size()];
}

/// The known name that was probably meant, or nullptr. At most a third of it may differ, so that
/// no one-letter name is suggested for another one.
const std::string* nearest(const std::string& name, const std::vector<std::string>& known) {
  const std::string* best = nullptr;
  std::size_t best_distance = 0;
  for (const std::string& candidate : known) {
    const std::size_t distance = edit_distance(lower(name), lower(candidate));
    if (3 * distance > std::max(name.size(), candidate.size())) continue;
    if (best == nullptr || distance < best_distance) {
      best = &candidate;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace

UsageError::UsageError(const std::vector<std::string>& problems)
    : std::invalid_argument(fmt::format("{}", fmt::join(problems, "\n"))) {}

std::string unknown_name(const std::string& what, const std::string& name,
                         const std::vector<std::string>& known) {
  if (known.empty()) return fmt::format("unknown {} '{}'; there is none", what, name);
  std::string text = fmt::format("unknown {} '{}'; known: {}", what, name, fmt::join(known, ", "));
  if (const std::string* meant = nearest(name, known)) {
    text += fmt::format(". Did you mean '{}'?", *meant);
  }
  return text;
}

}  // namespace gradgrind
