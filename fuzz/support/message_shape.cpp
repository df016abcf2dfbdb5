#include "fuzz/support/message_shape.h"

#include <cctype>

namespace gradgrind::fuzz {
namespace {

constexpr std::size_t kLongest = 160;

bool is_digit(char letter) { return std::isdigit(static_cast<unsigned char>(letter)) != 0; }
bool is_word(char letter) { return std::isalnum(static_cast<unsigned char>(letter)) != 0; }
bool is_text(char letter) { return letter >= ' ' && letter <= '~'; }

// The end of what starts at `from` with a quote, behind the closing one; `from` where none closes.
std::size_t end_of_quote(const std::string& line, std::size_t from) {
  const bool opens_word = from > 0 && is_word(line[from - 1]);  // an apostrophe: "can't"
  if (opens_word) return from;
  const std::size_t closing = line.find(line[from], from + 1);
  return closing == std::string::npos ? from : closing + 1;
}

}  // namespace

std::string shape_of_message(const std::string& message) {
  const std::string line = message.substr(0, message.find('\n'));
  std::string shape;
  const auto put = [&](char letter) {
    if (shape.empty() || shape.back() != letter || is_word(letter)) shape += letter;
  };
  for (std::size_t i = 0; i < line.size() && shape.size() < kLongest;) {
    const char letter = line[i];
    if (letter == '"' || letter == '\'' || letter == '`') {
      const std::size_t end = end_of_quote(line, i);
      if (end > i) {
        put('"');
        i = end;
        continue;
      }
    }
    const bool starts_word = i == 0 || !is_word(line[i - 1]);
    if (is_digit(letter) || (letter == '-' && i + 1 < line.size() && is_digit(line[i + 1]))) {
      // A number takes all letters that follow with it: 0x7f3a, 12ab, 1e400.
      put('#');
      for (++i; i < line.size() && starts_word && is_word(line[i]);) ++i;
      while (i < line.size() && is_digit(line[i])) ++i;
      continue;
    }
    put(is_text(letter) ? letter : '?');
    ++i;
  }
  // "[#, #, #]" and "[#]" say the same.
  for (std::size_t at = shape.find("#, #"); at != std::string::npos; at = shape.find("#, #")) {
    shape.replace(at, 4, "#");
  }
  return shape;
}

}  // namespace gradgrind::fuzz
