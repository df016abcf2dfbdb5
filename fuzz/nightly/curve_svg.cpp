#include "fuzz/nightly/curve_svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>

#include "fuzz/nightly/axis_ticks.h"
#include "fuzz/nightly/html_text.h"

namespace gradgrind::nightly {
namespace {

constexpr int kColumns = 400;  // Places on the axis of time: more points do not show.
constexpr double kPathWidth =
    1000;  // Of the path's own coordinates, stretched to the plot's width.

/// Across in percent of the picture, since its width is the reader's; down in pixels.
struct Frame {
  double left, width;
  double top, height;
  double total_height;
};
constexpr Frame kLarge = {11, 75, 12, 176, 214};
constexpr Frame kSmall = {0, 100, 8, 56, 84};

/// The points in order of time, in reach of the axis, the last one of each column.
std::vector<CurvePoint> drawn_points(const Curve& curve) {
  std::vector<CurvePoint> drawn;
  int last_column = -1;
  for (CurvePoint point : curve.points) {
    if (!std::isfinite(point.seconds) || !std::isfinite(point.value)) continue;
    point.seconds =
        std::clamp(point.seconds, drawn.empty() ? 0 : drawn.back().seconds, curve.seconds);
    point.value = std::max(point.value, 0.0);
    const int column = static_cast<int>(point.seconds / curve.seconds * kColumns);
    if (column == last_column) {
      drawn.back() = point;
    } else {
      drawn.push_back(point);
    }
    last_column = column;
  }
  return drawn;
}

class Plot {
 public:
  explicit Plot(const Curve& curve)
      : curve_(curve), frame_(curve.is_small ? kSmall : kLarge), points_(drawn_points(curve)) {
    double most = 0;
    for (const CurvePoint& point : points_) most = std::max(most, point.value);
    ticks_ = count_ticks(most, curve.is_small ? 1 : 4);
    top_ = curve.is_small ? std::max(most, 1.0) : ticks_.back().value;
  }

  std::string svg() {
    if (points_.empty()) return "";
    put("<svg class=\"curve {}\" role=\"img\" width=\"100%\" height=\"{}\"><title>{}</title>\n",
        curve_.classes, frame_.total_height, html_line(curve_.title, kLongestLine));
    put_axes();
    put_path();
    put_marks();
    if (!curve_.is_small) put_label();
    return text_ + "</svg>\n";
  }

 private:
  template <class... Values>
  void put(fmt::format_string<Values...> format, Values&&... values) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Values>(values)...);
  }

  double x(double seconds) const {
    return frame_.left + frame_.width * std::clamp(seconds / curve_.seconds, 0.0, 1.0);
  }
  double y(double value) const { return frame_.top + frame_.height * (1 - value / top_); }

  void put_axes() {
    const double bottom = y(0), right = frame_.left + frame_.width;
    if (!curve_.is_small) {
      for (const Tick& tick : ticks_) {
        put("<line class=\"{}\" x1=\"{}%\" x2=\"{}%\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>"
            "<text class=\"y\" x=\"{}%\" dx=\"-8\" y=\"{:.1f}\" dy=\"4\">{}</text>\n",
            tick.value == 0 ? "axis" : "grid", frame_.left, right, y(tick.value), y(tick.value),
            frame_.left, y(tick.value), tick.label);
      }
    } else {
      put("<line class=\"axis\" x1=\"0%\" x2=\"100%\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>\n", bottom,
          bottom);
    }
    const std::vector<Tick> times = time_ticks(curve_.seconds, curve_.is_small ? 2 : 6);
    for (const Tick& tick : times) {
      // A label at an edge of the picture stays inside it.
      const bool is_last = curve_.is_small && x(tick.value) > 90;
      const char* const anchor = is_last                              ? "end"
                                 : curve_.is_small && tick.value == 0 ? "start"
                                                                      : "middle";
      put("<line class=\"axis\" x1=\"{0:.2f}%\" x2=\"{0:.2f}%\" y1=\"{1:.1f}\" y2=\"{2:.1f}\"/>"
          "<text x=\"{0:.2f}%\" y=\"{3:.1f}\" text-anchor=\"{4}\">{5}</text>\n",
          x(tick.value), bottom, bottom + 4, bottom + 18, anchor, tick.label);
    }
  }

  /// A staircase, in a picture of its own that is stretched to the plot's width.
  void put_path() {
    std::string line;
    double last_y = -1;
    for (const CurvePoint& point : points_) {
      const double at = kPathWidth * point.seconds / curve_.seconds;
      const double height = y(point.value) - frame_.top;
      if (line.empty()) {
        line = fmt::format("M{:.0f} {:.1f}", at, height);
      } else if (std::abs(height - last_y) >= 0.05) {
        line += fmt::format("H{:.0f}V{:.1f}", at, height);
      } else {
        continue;
      }
      last_y = height;
    }
    line += fmt::format("H{:.0f}", kPathWidth);
    const double start = kPathWidth * points_.front().seconds / curve_.seconds;
    put("<svg x=\"{}%\" y=\"{}\" width=\"{}%\" height=\"{}\" viewBox=\"0 0 {:.0f} {}\" "
        "preserveAspectRatio=\"none\" overflow=\"visible\">"
        "<path class=\"area\" d=\"{}V{}H{:.0f}Z\"/><path class=\"line\" d=\"{}\"/></svg>\n",
        frame_.left, frame_.top, frame_.width, frame_.height, kPathWidth, frame_.height, line,
        frame_.height, start, line);
  }

  double value_at(double seconds) const {
    double value = 0;
    for (const CurvePoint& point : points_) {
      if (point.seconds <= seconds) value = point.value;
    }
    return value;
  }

  void put_marks() {
    for (const CurveMark& mark : curve_.marks) {
      if (!(mark.seconds >= 0)) continue;
      put("<circle class=\"mark\" cx=\"{:.2f}%\" cy=\"{:.1f}\" "
          "r=\"{}\"><title>{}</title></circle>\n",
          x(mark.seconds), y(value_at(mark.seconds)), curve_.is_small ? 3.5 : 4.5,
          html_line(mark.text, kLongestLine));
    }
  }

  /// The last value, beside the end of the line.
  void put_label() {
    const double last = points_.back().value;
    put("<text class=\"end\" x=\"{}%\" dx=\"8\" y=\"{:.1f}\" dy=\"4\">{}</text>\n",
        frame_.left + frame_.width, y(last), short_number(last));
  }

  const Curve& curve_;
  Frame frame_;
  std::vector<CurvePoint> points_;
  std::vector<Tick> ticks_;
  double top_ = 1;
  std::string text_;
};

}  // namespace

std::string curve_svg(const Curve& curve) {
  if (!(curve.seconds > 0) || !std::isfinite(curve.seconds)) return "";
  return Plot(curve).svg();
}

}  // namespace gradgrind::nightly
