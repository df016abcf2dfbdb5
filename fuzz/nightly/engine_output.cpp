#include "fuzz/nightly/engine_output.h"

#include <charconv>

namespace gradgrind::nightly {
namespace {

// The number behind `label`, or none.
std::optional<std::int64_t> number_behind(std::string_view line, std::string_view label) {
  const std::size_t at = line.find(label);
  if (at == std::string_view::npos) return std::nullopt;
  line.remove_prefix(at + label.size());
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
  if (error != std::errc() || end == line.data()) return std::nullopt;
  return number;
}

}  // namespace

std::optional<EngineProgress> progress_of(std::string_view line) {
  if (line.empty() || line.front() != '#') return std::nullopt;
  const std::optional<std::int64_t> executions = number_behind(line, "#");
  const std::size_t tab = line.find('\t');
  if (!executions.has_value() || tab == std::string_view::npos) return std::nullopt;
  EngineProgress progress;
  progress.executions = *executions;
  const std::string_view rest = line.substr(tab + 1);
  progress.event = std::string(rest.substr(0, rest.find_first_of(" \t")));
  progress.features = number_behind(line, " ft: ").value_or(0);
  progress.corpus = number_behind(line, " corp: ").value_or(0);
  return progress;
}

std::string artifact_of(std::string_view line) {
  constexpr std::string_view kMark = "Test unit written to ";
  const std::size_t at = line.find(kMark);
  return at == std::string_view::npos ? "" : std::string(line.substr(at + kMark.size()));
}

}  // namespace gradgrind::nightly
