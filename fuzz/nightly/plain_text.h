// Text from code under fuzz, made fit for a page, a terminal or an XML file.
//
// Layer 4, faces. No LibTorch.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gradgrind::nightly {

/// Whether `text` is UTF-8 throughout: no overlong form, no surrogate, nothing cut off.
bool is_utf8(std::string_view text);

/// `text` as UTF-8 that nobody can be misled by: what is no UTF-8, control characters but newline
/// and tab, marks that turn the direction of writing and code points that XML refuses are shown as
/// "\x1b" or "\u202e". What goes beyond `longest` bytes of the result is left out, and said to be.
std::string plain_text(std::string_view text, std::size_t longest);

/// The same on one line: each run of white space is one space.
std::string plain_line(std::string_view text, std::size_t longest);

/// "1 finding", "1,234 findings".
std::string counted(long long count, std::string_view noun);
/// "findings" for any number but 1.
std::string plural(long long count, std::string_view noun);
/// 1234567 as "1,234,567".
std::string grouped(long long number);
/// Seconds as people say them: "0.4 s", "42 s", "10 min", "8 h 5 min".
std::string duration(double seconds);

}  // namespace gradgrind::nightly
