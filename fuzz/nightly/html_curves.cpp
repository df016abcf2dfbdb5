#include <algorithm>
#include <cmath>
#include <vector>

#include "fuzz/nightly/curve_svg.h"
#include "fuzz/nightly/html_page.h"
#include "fuzz/nightly/html_text.h"
#include "fuzz/nightly/night_facts.h"
#include "fuzz/nightly/plain_text.h"

namespace gradgrind::nightly {
namespace {

/// The axis of time: the night, or more where a sample lies behind its end.
double axis_seconds(const Night& night) {
  double seconds = std::isfinite(night.seconds) ? night.seconds : 0;
  const auto reach = [&](const std::vector<Sample>& curve) {
    for (const Sample& sample : curve) {
      if (std::isfinite(sample.seconds)) seconds = std::max(seconds, sample.seconds);
    }
  };
  reach(night.curve);
  for (const TargetNight& target : night.targets) reach(target.curve);
  return seconds;
}

std::vector<CurvePoint> points_of(const std::vector<Sample>& curve, std::int64_t Sample::*value) {
  std::vector<CurvePoint> points;
  for (const Sample& sample : curve) {
    points.push_back({sample.seconds, static_cast<double>(sample.*value)});
  }
  return points;
}

/// Where new findings were met first, of one target or (of an empty name) of all.
std::vector<CurveMark> marks_of(const Night& night, const std::string& target) {
  std::vector<CurveMark> marks;
  for (const NightFinding& finding : night.findings) {
    const bool counts = finding.state == FindingState::fresh && finding.seconds_to_first >= 0 &&
                        (target.empty() || finding.target == target);
    if (!counts || marks.size() >= 200) continue;
    marks.push_back({finding.seconds_to_first,
                     fmt::format("{} after {}: {}", finding.verdict,
                                 duration(finding.seconds_to_first), finding.summary)});
  }
  return marks;
}

void put_figure(HtmlPage& page, const std::string& name, const std::string& label,
                const Curve& curve) {
  const std::string svg = curve_svg(curve);
  if (svg.empty()) return;
  page.put("<figure><figcaption><b>{}</b> <span>{}</span></figcaption>\n", name, label);
  page.put_as_is(svg);
  page.put("</figure>\n");
}

void put_night(HtmlPage& page, const Night& night, double seconds) {
  if (night.curve.empty()) return;
  const Sample& last = night.curve.back();
  page.put("<div class=\"night\">\n");
  Curve coverage;
  coverage.title = fmt::format("Coverage of all targets over the night, {} at its end",
                               counted(last.features, "feature"));
  coverage.classes = "coverage";
  coverage.seconds = seconds;
  coverage.points = points_of(night.curve, &Sample::features);
  put_figure(page, "Coverage", "features, over time", coverage);

  Curve findings;
  findings.title = fmt::format("Distinct findings of all targets over the night, {} at its end",
                               counted(last.findings, "finding"));
  findings.classes = "findings";
  findings.seconds = seconds;
  findings.points = points_of(night.curve, &Sample::findings);
  put_figure(page, "Findings", "distinct ones met, over time", findings);
  page.put("</div>\n");
}

void put_multiples(HtmlPage& page, const Night& night, double seconds) {
  page.put(
      "<h2 id=\"coverage-title\">Coverage by target</h2>\n<p>Features over the night, each on a "
      "scale of its own. A dot is the moment when a new finding was met first.</p>\n"
      "<div class=\"multiples\">\n");
  for (const TargetNight& target : night.targets) {
    if (target.curve.empty()) continue;
    const std::string features = counted(features_of(target), "feature");
    Curve curve;
    curve.title = fmt::format("Coverage of {} over the night, {} at its end",
                              plain_line(target.name, kLongestName), features);
    curve.classes = "coverage";
    curve.seconds = seconds;
    curve.points = points_of(target.curve, &Sample::features);
    curve.marks = marks_of(night, target.name);
    curve.is_small = true;
    put_figure(page, html_line(target.name, kLongestName), features, curve);
  }
  page.put("</div>\n");
}

}  // namespace

void put_curves(HtmlPage& page, const Night& night) {
  const double seconds = axis_seconds(night);
  const bool has_targets =
      std::any_of(night.targets.begin(), night.targets.end(),
                  [](const TargetNight& target) { return !target.curve.empty(); });
  if (!(seconds > 0) || (night.curve.empty() && !has_targets)) return;
  page.put(
      "<section id=\"curves\" aria-labelledby=\"curves-title\">\n"
      "<h2 id=\"curves-title\">Over the night</h2>\n");
  put_night(page, night, seconds);
  if (has_targets) put_multiples(page, night, seconds);
  page.put("</section>\n");
}

}  // namespace gradgrind::nightly
