#include "fuzz/nightly/html_text.h"

#include "fuzz/nightly/plain_text.h"

namespace gradgrind::nightly {

std::string escaped(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\'':
        result += "&#39;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::string html_text(std::string_view text, std::size_t longest) {
  return escaped(plain_text(text, longest));
}

std::string html_line(std::string_view text, std::size_t longest) {
  return escaped(plain_line(text, longest));
}

}  // namespace gradgrind::nightly
