#include <algorithm>
#include <cmath>

#include "fuzz/nightly/axis_ticks.h"
#include "fuzz/nightly/html_page.h"
#include "fuzz/nightly/html_text.h"
#include "fuzz/nightly/night_facts.h"
#include "fuzz/nightly/plain_text.h"

namespace gradgrind::nightly {
namespace {

std::string rate(double per_second) {
  if (!std::isfinite(per_second) || per_second < 0) return "unknown";
  if (per_second > 0 && per_second < 10) return fmt::format("{:.1f}", per_second);
  return per_second < 1e15 ? grouped(std::llround(per_second)) : short_number(per_second);
}

/// A count that is only of interest where it is not 0.
std::string cell(long long count, bool is_alarm) {
  if (count == 0) return "<td class=\"none\">0</td>";
  return fmt::format("<td{}>{}</td>", is_alarm ? " class=\"alarm\"" : "", grouped(count));
}

void put_target(HtmlPage& page, const Night& night, const TargetNight& target) {
  long long fresh = 0, settled = 0;
  for (const NightFinding* finding : findings_of(night, target)) {
    ++(finding->state == FindingState::fresh ? fresh : settled);
  }
  page.put("<tr><th scope=\"row\">{}</th>", html_line(target.name, kLongestName));
  page.put("{}{}<td>{}</td><td>{}</td><td>{}</td>", cell(fresh, true), cell(settled, false),
           grouped(target.executions), rate(target.executions_per_second),
           duration(target.seconds));
  page.put("<td>{}</td><td>{}</td>{}", grouped(target.corpus), grouped(features_of(target)),
           cell(target.deaths, false));
  page.put("<td class=\"text\">{}</td></tr>\n",
           target.kind == TargetKind::suite && target.problem.empty()
               ? "<span class=\"soft\">suite of tests</span>"
               : fmt::format("<span class=\"problem\">{}</span>",
                             html_line(target.problem, kLongestLine)));
}

void put_problem(HtmlPage& page, const TargetNight& target) {
  if (target.problem.empty()) return;
  page.put("<li><strong>{}</strong> {}: {}</li>\n", html_line(target.name, kLongestName),
           could_not_run(target) ? "could not run" : "did not run to its end",
           html_line(target.problem, kLongestCommand));
}

std::string percent(std::int64_t part, std::int64_t whole) {
  const double share = whole <= 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
  return fmt::format("{:.1f}", 100 * std::clamp(share, 0.0, 1.0));
}

void put_tally(HtmlPage& page, const DamageTally& tally) {
  page.put("<tr><th scope=\"row\">{}</th>", html_line(tally.name, kLongestName));
  page.put("{}{}{}", cell(tally.inputs, false), cell(tally.accepted, false),
           cell(tally.refused, false));
  if (tally.inputs <= 0) {
    page.put("<td class=\"text problem\">not exercised</td></tr>\n");
    return;
  }
  page.put(
      "<td class=\"text\"><span class=\"share\" role=\"img\" aria-label=\"{0} % accepted, {1} % "
      "refused\"><i class=\"{2}\" style=\"width:{0}%\"></i><i class=\"refused\" "
      "style=\"width:{1}%\"></i></span></td></tr>\n",
      percent(tally.accepted, tally.inputs), percent(tally.refused, tally.inputs),
      tally.name == "valid file" ? "valid" : "accepted");
}

void put_classes(HtmlPage& page, const TargetNight& target) {
  const ClassCount count = classes_of(target);
  page.put(
      "<details><summary><b>{}</b> <span class=\"soft\">{} of {} exercised{}</span></summary>\n",
      html_line(target.name, kLongestName), grouped(count.exercised),
      count.all == 1 ? "1 class" : grouped(count.all) + " classes",
      count.all == 0 ? "" : fmt::format(" ({} %)", 100 * count.exercised / count.all));
  page.put(
      "<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Classes of corruption of "
      "{0}\">"
      "<table><thead><tr><th scope=\"col\">Class</th><th scope=\"col\">Inputs</th>"
      "<th scope=\"col\">Accepted</th><th scope=\"col\">Refused</th>"
      "<th scope=\"col\" class=\"text\">Share</th></tr></thead>\n<tbody>\n",
      html_line(target.name, kLongestName));
  for (const DamageTally& tally : target.damage) put_tally(page, tally);
  page.put("</tbody></table></div></details>\n");
}

}  // namespace

void put_problems(HtmlPage& page, const Night& night) {
  const bool is_whole =
      night.problems.empty() &&
      std::all_of(night.targets.begin(), night.targets.end(),
                  [](const TargetNight& target) { return target.problem.empty(); });
  if (is_whole) return;
  page.put(
      "<section id=\"problems\" aria-labelledby=\"problems-title\">\n"
      "<h2 id=\"problems-title\">What did not run</h2>\n<ul class=\"problems\">\n");
  for (const std::string& problem : night.problems) {
    page.put("<li>{}</li>\n", html_line(problem, kLongestCommand));
  }
  for (const TargetNight& target : night.targets) put_problem(page, target);
  page.put("</ul>\n</section>\n");
}

void put_targets(HtmlPage& page, const Night& night) {
  if (night.targets.empty()) return;
  page.put(
      "<section id=\"targets\" aria-labelledby=\"targets-title\">\n"
      "<h2 id=\"targets-title\">Targets</h2>\n"
      "<div class=\"table\" tabindex=\"0\" role=\"region\" aria-labelledby=\"targets-title\">"
      "<table><thead><tr><th scope=\"col\">Target</th><th scope=\"col\">New findings</th>"
      "<th scope=\"col\">Known, fixed</th><th scope=\"col\">Executions</th>"
      "<th scope=\"col\">Executions a second</th><th scope=\"col\">Time on a core</th>"
      "<th scope=\"col\">Corpus, inputs</th><th scope=\"col\">Coverage, features</th>"
      "<th scope=\"col\">Deaths</th><th scope=\"col\" class=\"text\">Problem</th></tr></thead>\n"
      "<tbody>\n");
  for (const TargetNight& target : night.targets) put_target(page, night, target);
  page.put("</tbody></table></div>\n</section>\n");
}

void put_damage(HtmlPage& page, const Night& night) {
  const bool has_any =
      std::any_of(night.targets.begin(), night.targets.end(),
                  [](const TargetNight& target) { return !target.damage.empty(); });
  if (!has_any) return;
  page.put(
      "<section id=\"damage\" class=\"damage\" aria-labelledby=\"damage-title\">\n"
      "<h2 id=\"damage-title\">Classes of corruption</h2>\n"
      "<p>What valid files were damaged by, and what the loader made of it: "
      "<span class=\"key\" style=\"background:var(--warn)\"></span>accepted "
      "(<span class=\"key\" style=\"background:var(--good)\"></span>undamaged), "
      "<span class=\"key\" style=\"background:var(--line)\"></span>refused; the rest is neither: "
      "findings, and inputs that ended their process.</p>\n");
  for (const TargetNight& target : night.targets) {
    if (!target.damage.empty()) put_classes(page, target);
  }
  page.put("</section>\n");
}

}  // namespace gradgrind::nightly
