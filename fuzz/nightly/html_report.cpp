#include "fuzz/nightly/html_report.h"

#include <cctype>
#include <cmath>
#include <string_view>

#include "fuzz/nightly/axis_ticks.h"
#include "fuzz/nightly/html_page.h"
#include "fuzz/nightly/html_style.h"
#include "fuzz/nightly/html_text.h"
#include "fuzz/nightly/night_facts.h"
#include "fuzz/nightly/plain_text.h"

namespace gradgrind::nightly {
namespace {

std::string title_of(const Night& night) {
  const std::string started = html_line(night.started, 40);
  return started.empty() ? "Gradgrind night" : fmt::format("Gradgrind night of {} UTC", started);
}

void put_head(HtmlPage& page, const Night& night) {
  page.put(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      // Should a text ever get through as markup, it can do nothing.
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
      "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"referrer\" content=\"no-referrer\">\n<link rel=\"icon\" href=\"data:,\">\n"
      "<title>{} · {}</title>\n<style>",
      escaped(findings_headline(night)), title_of(night));
  page.put_as_is(kStyle);
  page.put("</style>\n</head>\n<body>\n");
}

void put_figure(HtmlPage& page, const char* term, const std::string& value) {
  page.put("<div><dt>{}</dt><dd>{}</dd></div>\n", term, value);
}

void put_figures(HtmlPage& page, const Night& night, const NightFacts& facts) {
  const bool has_time = std::isfinite(night.seconds) && night.seconds > 0;
  page.put("<dl class=\"figures\">\n");
  put_figure(page, "Executions", short_number(static_cast<double>(facts.executions)));
  if (has_time) {
    put_figure(page, "Executions a second",
               short_number(static_cast<double>(facts.executions) / night.seconds));
  }
  if (!night.curve.empty()) {
    put_figure(page, "Coverage, features",
               short_number(static_cast<double>(night.curve.back().features)));
  }
  put_figure(page, "Corpus, inputs", short_number(static_cast<double>(facts.corpus)));
  put_figure(page, "Deaths survived", grouped(facts.deaths));
  put_figure(page, "Known findings", grouped(static_cast<long long>(facts.known)));
  put_figure(page, "Fixed findings", grouped(static_cast<long long>(facts.fixed)));
  page.put("</dl>\n");
}

void put_header(HtmlPage& page, const Night& night) {
  const NightFacts facts = facts_of(night);
  page.put(
      "<header>\n<p class=\"when\">{}</p>\n"
      "<h1><span class=\"{}\">{}</span><span class=\"unseen\">; </span><span "
      "class=\"run\">{}</span></h1>\n",
      title_of(night), facts.fresh > 0 ? "alarm" : "calm", escaped(findings_headline(night)),
      escaped(run_headline(night)));
  put_figures(page, night, facts);
  page.put("</header>\n");
}

struct Section {
  const char* id;
  const char* title;
};
constexpr Section kSections[] = {{"new", "New findings"},      {"problems", "What did not run"},
                                 {"known", "Known"},           {"fixed", "Fixed"},
                                 {"curves", "Over the night"}, {"targets", "Targets"},
                                 {"damage", "Corruption"}};

/// Links to the sections that `body` has.
void put_contents(HtmlPage& page, const std::string& body) {
  if (body.empty()) return;
  page.put("<nav aria-label=\"Contents\"><ul>\n");
  for (const Section& section : kSections) {
    if (body.find(fmt::format("<section id=\"{}\"", section.id)) == std::string::npos) continue;
    page.put("<li><a href=\"#{}\">{}</a></li>\n", section.id, section.title);
  }
  page.put("</ul></nav>\n");
}

void put_footer(HtmlPage& page, const Night& night) {
  page.put("<footer>\n<p>Budget {}, took {}.", duration(night.budget), duration(night.seconds));
  if (night.starts > 1) {
    page.put(" It was interrupted, and went on {}.",
             night.starts == 2 ? "once" : grouped(night.starts - 1) + " times");
  }
  page.put("</p>\n<p>");
  for (std::size_t i = 0; i < night.versions.size(); ++i) {
    page.put("{}{}", i == 0 ? "" : " · ", html_line(night.versions[i], kLongestName));
  }
  page.put("</p>\n</footer>\n</body>\n</html>\n");
}

}  // namespace

std::string html_report(const Night& night) {
  HtmlPage body;
  put_new_findings(body, night);
  put_problems(body, night);
  put_curves(body, night);
  put_targets(body, night);
  put_damage(body, night);
  put_settled_findings(body, night);

  HtmlPage page;
  put_head(page, night);
  put_header(page, night);
  put_contents(page, body.text());
  page.put("<main>\n");
  page.put_as_is(body.text());
  page.put("</main>\n");
  put_footer(page, night);
  return page.text();
}

}  // namespace gradgrind::nightly
