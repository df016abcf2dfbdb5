#include "fuzz/nightly/summary_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <vector>

#include "fuzz/nightly/axis_ticks.h"
#include "fuzz/nightly/html_text.h"
#include "fuzz/nightly/night_facts.h"
#include "fuzz/nightly/plain_text.h"

namespace gradgrind::nightly {
namespace {

// With the lines around them: headline 3, findings 23, problems 7, figures 5, report 2.
constexpr std::size_t kMostFindings = 5;
constexpr std::size_t kMostProblems = 4;
constexpr std::size_t kMostSlow = 3;
constexpr std::size_t kNotice = 26;  // What plain_line() may add: "… (1,234,567,890 bytes more)".

class Lines {
 public:
  template <class... Values>
  void put(fmt::format_string<Values...> format, Values&&... values) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Values>(values)...);
    text_ += '\n';
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// `text` in at most `columns`.
std::string fitted(const std::string& text, std::size_t columns) {
  const std::string whole = plain_line(text, columns);
  return whole.size() <= columns ? whole : plain_line(text, columns - kNotice);
}

void put_more(Lines& lines, std::size_t all, std::size_t shown) {
  if (all > shown) lines.put("  and {} more", all - shown);
}

void put_new(Lines& lines, const Night& night) {
  const std::vector<const NightFinding*> findings = findings_in(night, FindingState::fresh);
  if (findings.empty()) return;
  lines.put("\nNew");
  const std::size_t shown = std::min(findings.size(), kMostFindings);
  for (std::size_t i = 0; i < shown; ++i) {
    const NightFinding& finding = *findings[i];
    lines.put("  {} {}{}", fitted(finding.target, 50), fitted(finding.verdict, 30),
              finding.is_from_this_night ? "" : ", earlier");
    lines.put("    {}", fitted(finding.summary, 96));
    lines.put("    signature  {}", fitted(finding.signature, 85));
    lines.put("    replay     {}", plain_line(finding.replay, kLongestCommand));
  }
  put_more(lines, findings.size(), shown);
}

void put_settled(Lines& lines, const Night& night, const NightFacts& facts) {
  std::int64_t met = 0;
  for (const NightFinding* finding : findings_in(night, FindingState::known)) {
    met = sum_of(met, finding->times_met);
  }
  if (facts.known > 0) lines.put("Known     {}, met {}", facts.known, counted(met, "time"));
  if (facts.fixed > 0) lines.put("Fixed     {}", facts.fixed);
  if (facts.inputs > 0) {
    lines.put("Small     {} of {}: 64 bytes at most, or three edits of a valid file",
              facts.small_inputs, counted(static_cast<long long>(facts.inputs), "input"));
  }
}

void put_problems(Lines& lines, const Night& night) {
  std::vector<std::string> problems;
  for (const std::string& problem : night.problems) problems.push_back(fitted(problem, 98));
  for (const TargetNight& target : night.targets) {
    if (target.problem.empty()) continue;
    const std::string name = fitted(target.name, 40);
    problems.push_back(name + "  " + fitted(target.problem, 96 - name.size()));
  }
  if (problems.empty()) return;
  lines.put("\nDid not run, or not to the end");
  const std::size_t shown = std::min(problems.size(), kMostProblems);
  for (std::size_t i = 0; i < shown; ++i) lines.put("  {}", problems[i]);
  put_more(lines, problems.size(), shown);
}

void put_slowest(Lines& lines, const Night& night) {
  std::vector<const TargetNight*> fuzzers;
  for (const TargetNight& target : night.targets) {
    const bool counts = target.kind == TargetKind::fuzzer && target.problem.empty() &&
                        std::isfinite(target.executions_per_second);
    if (counts) fuzzers.push_back(&target);
  }
  if (fuzzers.size() <= kMostSlow) return;
  std::stable_sort(fuzzers.begin(), fuzzers.end(), [](const auto* a, const auto* b) {
    return a->executions_per_second < b->executions_per_second;
  });
  std::string text;
  for (std::size_t i = 0; i < kMostSlow; ++i) {
    text += fmt::format("{}{} {}/s", i == 0 ? "" : ", ", fitted(fuzzers[i]->name, 40),
                        short_number(std::max(fuzzers[i]->executions_per_second, 0.0)));
  }
  lines.put("Slowest   {}", fitted(text, 90));
}

}  // namespace

std::string summary_text(const Night& night, const std::string& report) {
  const NightFacts facts = facts_of(night);
  Lines lines;
  lines.put("{}\n{}", findings_headline(night), run_headline(night));
  if (night.starts > 1) lines.put("it was interrupted, and went on");
  put_new(lines, night);
  put_problems(lines, night);
  lines.put("");
  put_settled(lines, night, facts);
  put_slowest(lines, night);
  if (!report.empty()) lines.put("Report    {}", plain_line(report, kLongestCommand));
  return lines.text();
}

}  // namespace gradgrind::nightly
