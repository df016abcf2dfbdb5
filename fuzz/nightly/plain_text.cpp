#include "fuzz/nightly/plain_text.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>

namespace gradgrind::nightly {
namespace {

/// The code point at the start of a text, and its bytes. No bytes: it is no UTF-8 there.
struct CodePoint {
  std::uint32_t value = 0;
  std::size_t bytes = 0;
};

CodePoint first_code_point(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < bytes) return {};
  std::uint32_t value = lead & (0xffU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    value = value << 6 | (byte(i) & 0x3fU);
  }
  const bool is_overlong = (bytes == 3 && value < 0x800) || (bytes == 4 && value < 0x10000);
  const bool is_surrogate = value >= 0xd800 && value <= 0xdfff;
  if (is_overlong || is_surrogate || value > 0x10ffff) return {};
  return {value, bytes};
}

bool is_misleading(std::uint32_t c) {
  const bool is_control = (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0);
  const bool turns_direction = c == 0x061c || c == 0x200e || c == 0x200f ||
                               (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
  const bool is_invisible = c == 0x200b || c == 0xfeff || c == 0x2028 || c == 0x2029;
  return is_control || turns_direction || is_invisible || (c & 0xfffeU) == 0xfffe;
}

std::string visible(std::uint32_t c) {
  if (c == '\r') return "\\r";
  return c < 0x100 ? fmt::format("\\x{:02x}", c) : fmt::format("\\u{:04x}", c);
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t bytes = first_code_point(text).bytes;
    if (bytes == 0) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

std::string plain_text(std::string_view text, std::size_t longest) {
  std::string result;
  while (!text.empty()) {
    const CodePoint c = first_code_point(text);
    const std::size_t bytes = c.bytes == 0 ? 1 : c.bytes;
    const std::string shown = c.bytes == 0 ? visible(static_cast<unsigned char>(text[0]))
                              : is_misleading(c.value) ? visible(c.value)
                                                       : std::string(text.substr(0, bytes));
    if (result.size() + shown.size() > longest) {
      return result +
             fmt::format("… ({} more)", counted(static_cast<long long>(text.size()), "byte"));
    }
    result += shown;
    text.remove_prefix(bytes);
  }
  return result;
}

std::string plain_line(std::string_view text, std::size_t longest) {
  std::string line;
  bool is_between_words = false;
  std::size_t used = 0;
  for (; used < text.size() && line.size() <= longest; ++used) {
    const char c = text[used];
    if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
      is_between_words = !line.empty();
      continue;
    }
    if (is_between_words) line += ' ';
    is_between_words = false;
    line += c;
  }
  // What was not looked at belongs to the bytes that are left out.
  line += text.substr(used);
  return plain_text(line, longest);
}

std::string plural(long long count, std::string_view noun) {
  return std::string(noun) + (count == 1 ? "" : "s");
}

std::string counted(long long count, std::string_view noun) {
  return grouped(count) + ' ' + plural(count, noun);
}

std::string grouped(long long number) {
  std::string digits = std::to_string(number);
  const std::size_t first = digits[0] == '-' ? 1 : 0;
  for (std::size_t i = digits.size(); i > first + 3;) digits.insert(i -= 3, 1, ',');
  return digits;
}

std::string duration(double seconds) {
  if (!(seconds >= 0) || seconds > 1e9) return "an unknown time";
  if (seconds == 0) return "0 s";
  if (seconds < 9.95) return fmt::format("{:.1f} s", seconds);
  const long long whole = std::llround(seconds);
  if (whole < 120) return fmt::format("{} s", whole);
  const long long minutes = (whole + 30) / 60;
  if (minutes < 60) return fmt::format("{} min", minutes);
  return fmt::format("{} h {} min", grouped(minutes / 60), minutes % 60);
}

}  // namespace gradgrind::nightly
