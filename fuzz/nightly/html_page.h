// The parts of a night's page. Each appends its section to the page, or nothing where it would be
// empty.
//
// Layer 4, faces. No LibTorch.
#pragma once

#include <fmt/format.h>

#include <iterator>
#include <string>
#include <utility>

#include "fuzz/nightly/night.h"

namespace gradgrind::nightly {

/// HTML that grows.
class HtmlPage {
 public:
  template <class... Values>
  void put(fmt::format_string<Values...> format, Values&&... values) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Values>(values)...);
  }
  void put_as_is(const std::string& text) { text_ += text; }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

void put_new_findings(HtmlPage& page, const Night& night);
/// Known and fixed ones, folded.
void put_settled_findings(HtmlPage& page, const Night& night);
/// What could not run, or was given up.
void put_problems(HtmlPage& page, const Night& night);
void put_curves(HtmlPage& page, const Night& night);
void put_targets(HtmlPage& page, const Night& night);
void put_damage(HtmlPage& page, const Night& night);

}  // namespace gradgrind::nightly
