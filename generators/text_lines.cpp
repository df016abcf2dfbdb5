#include "generators/text_lines.h"

#include <algorithm>

namespace gradgrind::detail {
namespace {

bool starts_code_point(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) != 0x80; }

/// The bytes of the first `count` code points.
std::size_t bytes_of(std::string_view text, std::size_t count) {
  std::size_t seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (starts_code_point(text[i]) && seen++ == count) return i;
  }
  return text.size();
}

}  // namespace

std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_code_point));
}

std::string in_lines(std::string_view text, char separator, std::size_t indent, std::size_t used,
                     std::size_t widest) {
  std::string result;
  std::size_t column = used;
  bool is_line_start = true;
  const auto start_line = [&] {
    result += '\n' + std::string(indent, ' ');
    column = indent;
    is_line_start = true;
  };
  while (true) {
    const std::size_t length = std::min(text.find(separator), text.size());
    std::string_view word = text.substr(0, length);
    if (!is_line_start) {
      if (column + 1 + columns(word) > widest) {
        start_line();
      } else {
        result += ' ';
        ++column;
      }
    }
    while (column + columns(word) > widest) {
      const std::size_t fitting = bytes_of(word, widest - column);
      result += word.substr(0, fitting);
      word.remove_prefix(fitting);
      start_line();
    }
    result += word;
    column += columns(word);
    is_line_start = false;
    if (length == text.size()) return result;
    text.remove_prefix(length + 1);
  }
}

}  // namespace gradgrind::detail
