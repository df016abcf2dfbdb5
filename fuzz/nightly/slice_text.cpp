#include "fuzz/nightly/slice_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "fuzz/nightly/plain_text.h"
#include "fuzz/support/known_findings.h"
#include "gradgrind/generators/error.h"

namespace gradgrind::nightly {
namespace {

// A list that cannot be read is one of the night's problems, which are told at its end.
std::vector<fuzz::KnownFinding> known_findings(const FuzzerEntry& target) {
  try {
    return fuzz::read_known_findings(target.known);
  } catch (const UsageError&) {
    return {};
  }
}

}  // namespace

std::vector<std::string> slice_lines(const FuzzerEntry& target, const SliceResult& slice,
                                     const std::vector<std::string>& fresh, double share) {
  std::string first = fmt::format("{:>3.0f} %  {}: ", 100 * share, target.name);
  if (!slice.problem.empty()) {
    first += "given up: " + slice.problem;
  } else {
    first += fmt::format(
        "{} executions/s, {} features (+{})",
        grouped(std::llround(static_cast<double>(slice.executions) / std::max(slice.seconds, 0.1))),
        grouped(slice.features), grouped(slice.new_features));
    if (slice.deaths > 0) first += ", " + counted(slice.deaths, "death");
  }
  std::vector<std::string> lines = {std::move(first)};
  const std::vector<fuzz::KnownFinding> known = known_findings(target);
  for (const std::string& signature : fresh) {
    const bool is_known = fuzz::find_known(known, signature) != nullptr;
    lines.push_back(
        fmt::format("       {}: {}", is_known ? "known" : "new", plain_line(signature, 160)));
  }
  return lines;
}

}  // namespace gradgrind::nightly
