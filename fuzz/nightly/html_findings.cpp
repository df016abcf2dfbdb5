#include <algorithm>
#include <cmath>
#include <vector>

#include "fuzz/nightly/html_page.h"
#include "fuzz/nightly/html_text.h"
#include "fuzz/nightly/night_facts.h"
#include "fuzz/nightly/plain_text.h"

namespace gradgrind::nightly {
namespace {

using Findings = std::vector<const NightFinding*>;

constexpr std::size_t kMostShown = 200;   // Of one state.
constexpr std::size_t kMostUnfolded = 8;  // Reports of new ones.

std::string id_of(const Night& night, const NightFinding& finding) {
  return fmt::format("finding-{}", &finding - night.findings.data() + 1);
}

void put_fact(HtmlPage& page, const char* term, const std::string& text) {
  if (!text.empty()) page.put("<div><dt>{}</dt><dd>{}</dd></div>\n", term, text);
}

std::string code(const std::string& text) {
  return text.empty() ? "" : fmt::format("<code>{}</code>", html_line(text, kLongestLine));
}

std::string meetings(const NightFinding& finding) {
  if (finding.times_met == 0) return "not this night";
  return finding.times_met == 1 ? "once" : grouped(finding.times_met) + " times";
}

std::string time_to_first(const NightFinding& finding) {
  const bool was_met = std::isfinite(finding.seconds_to_first) && finding.seconds_to_first >= 0;
  return was_met ? duration(finding.seconds_to_first) : "";
}

void put_facts(HtmlPage& page, const NightFinding& finding) {
  page.put("<dl class=\"facts\">\n");
  put_fact(page, "First seen", html_line(finding.first_seen, kLongestName));
  put_fact(page, "Met this night after", time_to_first(finding));
  put_fact(page, "Met", meetings(finding));
  put_fact(page, "Source", code(finding.source));
  const std::string size = counted(static_cast<long long>(finding.input_bytes), "byte");
  if (!finding.input.empty()) put_fact(page, "Smallest input", code(finding.input) + ", " + size);
  put_fact(page, "Signature", code(finding.signature));
  page.put("</dl>\n");
}

void put_finding(HtmlPage& page, const Night& night, const NightFinding& finding, bool unfolded) {
  const std::string id = id_of(night, finding);
  const std::string life = finding.state == FindingState::fresh && finding.is_from_this_night
                               ? ""
                               : fmt::format("<span class=\"life\">{}</span>", life_of(finding));
  page.put(
      "<article class=\"finding {}\" id=\"{}\" aria-labelledby=\"{}-title\">\n"
      "<h3 id=\"{}-title\"><span class=\"verdict\">{}</span> <span>{}</span> {}</h3>\n",
      name(finding.state), id, id, id, html_line(finding.verdict, kLongestName),
      html_line(finding.target, kLongestName), life);
  page.put("<p class=\"summary\">{}</p>\n", html_line(finding.summary, kLongestLine));
  if (!finding.reason.empty()) {
    page.put("<p class=\"reason\">{}: {}</p>\n",
             finding.state == FindingState::known ? "Known" : "Note",
             html_line(finding.reason, kLongestCommand));
  }
  if (!finding.replay.empty()) {
    page.put("<p class=\"command\"><span>Replay</span><code>{}</code></p>\n",
             html_line(finding.replay, kLongestCommand));
  }
  put_facts(page, finding);
  if (!finding.report.empty()) {
    page.put("<details{}><summary>Report</summary>\n<pre tabindex=\"0\">{}</pre></details>\n",
             unfolded ? " open" : "", html_text(finding.report, kLongestReport));
  }
  page.put("</article>\n");
}

void put_all(HtmlPage& page, const Night& night, const Findings& findings,
             std::size_t most_unfolded) {
  const std::size_t shown = std::min(findings.size(), kMostShown);
  for (std::size_t i = 0; i < shown; ++i) {
    put_finding(page, night, *findings[i], i < most_unfolded);
  }
  if (findings.size() > shown) {
    page.put("<p class=\"soft\">{} more are in report.json.</p>\n",
             grouped(static_cast<long long>(findings.size() - shown)));
  }
}

/// One line for each, so that all are seen at a glance.
void put_index(HtmlPage& page, const Night& night, const Findings& findings) {
  page.put("<ol class=\"index\">\n");
  for (std::size_t i = 0; i < std::min(findings.size(), kMostShown); ++i) {
    const NightFinding& finding = *findings[i];
    page.put(
        "<li><a href=\"#{}\"><span class=\"verdict\">{}</span> <span>{}</span> "
        "<span class=\"summary\">{}</span></a></li>\n",
        id_of(night, finding), html_line(finding.verdict, kLongestName),
        html_line(finding.target, kLongestName), html_line(finding.summary, kLongestLine));
  }
  page.put("</ol>\n");
}

std::string heading(const Findings& findings, FindingState state) {
  return counted(static_cast<long long>(findings.size()), fmt::format("{} finding", name(state)));
}

void put_folded(HtmlPage& page, const Night& night, FindingState state, const char* explanation) {
  const Findings findings = findings_in(night, state);
  if (findings.empty()) return;
  std::int64_t met = 0;
  for (const NightFinding* finding : findings) met = sum_of(met, finding->times_met);
  page.put(
      "<section id=\"{0}\" aria-labelledby=\"{0}-title\">\n<h2 id=\"{0}-title\">{1}</h2>\n"
      "<p>{2}</p>\n<details class=\"fold\"><summary>Show {3}, met {4} this night</summary>\n",
      name(state), heading(findings, state), explanation, findings.size() == 1 ? "it" : "them",
      counted(met, "time"));
  put_all(page, night, findings, 0);
  page.put("</details>\n</section>\n");
}

}  // namespace

void put_new_findings(HtmlPage& page, const Night& night) {
  const Findings findings = findings_in(night, FindingState::fresh);
  if (findings.empty()) return;
  page.put("<section id=\"new\" aria-labelledby=\"new-title\">\n<h2 id=\"new-title\">{}</h2>\n",
           heading(findings, FindingState::fresh));
  page.put("<p>A click on a command selects all of it. {}</p>\n",
           findings.size() == 1
               ? "The finding stays new until its input passes, or it is listed as known."
               : "Each stays new until its input passes, or it is listed as known.");
  if (findings.size() > 2) put_index(page, night, findings);
  put_all(page, night, findings, kMostUnfolded);
  page.put("</section>\n");
}

void put_settled_findings(HtmlPage& page, const Night& night) {
  put_folded(page, night, FindingState::known, "Listed with a reason: counted and passed by.");
  put_folded(page, night, FindingState::fixed,
             "Their inputs do not fail any more, and become regressions.");
}

}  // namespace gradgrind::nightly
