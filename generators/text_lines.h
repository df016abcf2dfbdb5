// Text in lines of bounded length.
//
// Layer 2, generators.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gradgrind::detail {

/// The longest line that a report or a printed repro holds.
constexpr std::size_t kColumns = 100;

/// Columns that UTF-8 text takes, one for each code point.
std::size_t columns(std::string_view text);

/// `text`, whose words are separated by `separator`, in lines of at most `widest` columns with a
/// space between words. The first line starts at column `used`, every other with `indent` spaces. A
/// word that is too long for a line is cut.
std::string in_lines(std::string_view text, char separator, std::size_t indent,
                     std::size_t used = 0, std::size_t widest = kColumns);

}  // namespace gradgrind::detail
