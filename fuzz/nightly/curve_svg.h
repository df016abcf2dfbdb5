// One curve over the night, as SVG inside a page.
//
// Layer 4, faces. No LibTorch.
#pragma once

#include <string>
#include <vector>

namespace gradgrind::nightly {

struct CurvePoint {
  double seconds = 0;
  double value = 0;
};

/// A moment on the curve, shown as a dot.
struct CurveMark {
  double seconds = 0;
  std::string text;  ///< Shown when it is pointed at.
};

struct Curve {
  std::string title;    ///< Read aloud in place of the picture.
  std::string classes;  ///< Of the style sheet: "coverage", "findings".
  double seconds = 0;   ///< How long the axis of time is; all curves of a page have the same.
  std::vector<CurvePoint> points;
  std::vector<CurveMark> marks;
  bool is_small = false;  ///< Among many: no grid, the highest value alone on the axis.
};

/// The picture takes the width it is given; its texts keep their size. A value holds until the next
/// point, and the last one until the end. Without a point it is empty.
std::string curve_svg(const Curve& curve);

}  // namespace gradgrind::nightly
