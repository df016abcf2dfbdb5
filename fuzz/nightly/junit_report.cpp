#include "fuzz/nightly/junit_report.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <vector>

#include "fuzz/nightly/html_text.h"
#include "fuzz/nightly/night_facts.h"

namespace gradgrind::nightly {
namespace {

using Findings = std::vector<const NightFinding*>;

struct Counts {
  std::size_t tests = 0, failures = 0, errors = 0, skipped = 0;

  void add(const Counts& other) {
    tests += other.tests;
    failures += other.failures;
    errors += other.errors;
    skipped += other.skipped;
  }
};

template <class... Values>
void put(std::string& text, fmt::format_string<Values...> format, Values&&... values) {
  fmt::format_to(std::back_inserter(text), format, std::forward<Values>(values)...);
}

std::string seconds_of(double seconds) {
  return fmt::format("{:.3f}", std::isfinite(seconds) && seconds > 0 ? seconds : 0);
}

/// What `finding` failed by, or passes, in full.
std::string body_of(const NightFinding& finding) {
  return html_text(
      fmt::format("{}\n\nreplay  {}\ninput   {}", finding.report.substr(0, kLongestReport),
                  finding.replay.substr(0, kLongestCommand),
                  finding.input.substr(0, kLongestCommand)),
      3 * kLongestReport);
}

void put_finding(std::string& xml, const NightFinding& finding, Counts& counts) {
  ++counts.tests;
  put(xml, "  <testcase classname=\"{}\" name=\"{}\" time=\"0\">\n",
      html_line(finding.target, kLongestName), html_line(finding.signature, kLongestLine));
  switch (finding.state) {
    case FindingState::fresh:
      ++counts.failures;
      put(xml, "   <failure type=\"{}\" message=\"{}\">{}</failure>\n",
          html_line(finding.verdict, kLongestName), html_line(finding.summary, kLongestLine),
          body_of(finding));
      break;
    case FindingState::known:
      ++counts.skipped;
      put(xml, "   <skipped message=\"known: {}\"/>\n", html_line(finding.reason, kLongestLine));
      break;
    case FindingState::fixed:
      put(xml, "   <system-out>fixed: {}</system-out>\n", html_line(finding.summary, kLongestLine));
      break;
  }
  xml += "  </testcase>\n";
}

void put_run(std::string& xml, const std::string& name, const std::string& problem, double seconds,
             Counts& counts) {
  ++counts.tests;
  put(xml, "  <testcase classname=\"{}\" name=\"ran\" time=\"{}\"", html_line(name, kLongestName),
      seconds_of(seconds));
  if (problem.empty()) {
    xml += "/>\n";
    return;
  }
  ++counts.errors;
  put(xml, ">\n   <error type=\"problem\" message=\"{}\"/>\n  </testcase>\n",
      html_line(problem, kLongestLine));
}

template <class Value>
void put_property(std::string& xml, const char* name, const Value& value) {
  put(xml, "   <property name=\"{}\" value=\"{}\"/>\n", name, value);
}

void put_properties(std::string& xml, const TargetNight& target) {
  xml += "  <properties>\n";
  put_property(xml, "kind", name(target.kind));
  put_property(xml, "executions", target.executions);
  put_property(xml, "executions_per_second", seconds_of(target.executions_per_second));
  put_property(xml, "corpus", target.corpus);
  put_property(xml, "features", features_of(target));
  put_property(xml, "deaths", target.deaths);
  if (!target.damage.empty()) {
    const ClassCount classes = classes_of(target);
    put_property(xml, "classes_exercised", classes.exercised);
    put_property(xml, "classes", classes.all);
  }
  xml += "  </properties>\n";
}

/// "2026-11-23T02:00:00", or nothing where `started` is no such time.
std::string timestamp(const std::string& started) {
  const std::string form = "dddd-dd-dd dd:dd:dd";
  if (started.size() != form.size()) return "";
  for (std::size_t i = 0; i < form.size(); ++i) {
    const bool is_digit = started[i] >= '0' && started[i] <= '9';
    if (form[i] == 'd' ? !is_digit : started[i] != form[i]) return "";
  }
  return fmt::format(" timestamp=\"{}T{}\"", started.substr(0, 10), started.substr(11));
}

std::string numbers(const Counts& counts) {
  return fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\"", counts.tests,
                     counts.failures, counts.errors, counts.skipped);
}

void put_suite(std::string& xml, const std::string& name, double seconds, const std::string& when,
               const Counts& counts, const std::string& body) {
  put(xml, " <testsuite name=\"{}\" {} time=\"{}\"{}>\n", html_line(name, kLongestName),
      numbers(counts), seconds_of(seconds), when);
  xml += body + " </testsuite>\n";
}

}  // namespace

std::string junit_report(const Night& night) {
  const std::string when = timestamp(night.started);
  Counts all;
  std::string suites;
  for (const TargetNight& target : night.targets) {
    Counts counts;
    std::string body;
    put_properties(body, target);
    put_run(body, target.name, target.problem, target.seconds, counts);
    for (const NightFinding* finding : findings_of(night, target)) {
      put_finding(body, *finding, counts);
    }
    put_suite(suites, target.name, target.seconds, when, counts, body);
    all.add(counts);
  }

  // What belongs to no target.
  Counts counts;
  std::string body;
  for (const std::string& problem : night.problems) put_run(body, "night", problem, 0, counts);
  for (const NightFinding* finding : findings_of_no_target(night)) {
    put_finding(body, *finding, counts);
  }
  if (counts.tests > 0) put_suite(suites, "night", 0, when, counts, body);
  all.add(counts);

  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"Gradgrind night\" {} "
      "time=\"{}\">\n{}</testsuites>\n",
      numbers(all), seconds_of(night.seconds), suites);
}

}  // namespace gradgrind::nightly
