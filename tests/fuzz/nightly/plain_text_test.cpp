// Texts of code under fuzz lose what could mislead a reader, and nothing else.
#include "fuzz/nightly/plain_text.h"

#include <gtest/gtest.h>

#include <string>

#include "fuzz/nightly/axis_ticks.h"
#include "fuzz/nightly/html_text.h"

namespace gradgrind::nightly {
namespace {

using std::string_literals::operator""s;

TEST(PlainText, KeepsWhatPeopleWrite) {
  EXPECT_EQ(plain_text("naïve\n\tΣ 猫 🐈 <b>", 100), "naïve\n\tΣ 猫 🐈 <b>");
}

TEST(PlainText, ShowsControlCharactersAndMarksThatTurnTheDirection) {
  EXPECT_EQ(plain_text("a\0b\x1b[31m\r\x7f"s, 100), "a\\x00b\\x1b[31m\\r\\x7f");
  EXPECT_EQ(plain_text("\u202eevil\u2066\ufeff\uffff", 100), "\\u202eevil\\u2066\\ufeff\\uffff");
  EXPECT_EQ(plain_text("\xc2\x9b", 100), "\\x9b");
}

TEST(PlainText, ShowsBytesThatAreNoUtf8) {
  EXPECT_EQ(plain_text("\xff", 100), "\\xff");
  EXPECT_EQ(plain_text("\xc0\xaf", 100), "\\xc0\\xaf");                    // overlong
  EXPECT_EQ(plain_text("\xed\xa0\x80", 100), "\\xed\\xa0\\x80");           // a surrogate
  EXPECT_EQ(plain_text("\xf4\x90\x80\x80", 100), "\\xf4\\x90\\x80\\x80");  // beyond Unicode
  EXPECT_EQ(plain_text("\xe7\x8c", 100), "\\xe7\\x8c");                    // cut off
  EXPECT_FALSE(is_utf8("\xe7\x8c"));
  EXPECT_TRUE(is_utf8("猫\0"s));
}

TEST(PlainText, SaysHowMuchItLeavesOut) {
  EXPECT_EQ(plain_text("abcdef", 6), "abcdef");
  EXPECT_EQ(plain_text("abcdefg", 6), "abcdef… (1 byte more)");
  EXPECT_EQ(plain_text("猫猫猫", 7), "猫猫… (3 bytes more)");
  EXPECT_EQ(plain_text(std::string(10000010, 'x'), 10), "xxxxxxxxxx… (10,000,000 bytes more)");
}

TEST(PlainText, PutsEverythingOnOneLine) {
  EXPECT_EQ(plain_line("  two\n\n lines\t\r\n", 100), "two lines");
  EXPECT_EQ(plain_line("", 100), "");
}

TEST(PlainText, IsEscapedForMarkup) {
  EXPECT_EQ(html_text("<a href=\"x\" b='&amp;'>", 100),
            "&lt;a href=&quot;x&quot; b=&#39;&amp;amp;&#39;&gt;");
}

TEST(Numbers, AreGroupedAndCounted) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(-1234567), "-1,234,567");
  EXPECT_EQ(counted(1, "finding"), "1 finding");
  EXPECT_EQ(counted(1200, "finding"), "1,200 findings");
  EXPECT_EQ(short_number(9500), "9,500");
  EXPECT_EQ(short_number(12345), "12k");
  EXPECT_EQ(short_number(1200000), "1.2M");
  EXPECT_EQ(short_number(9.2e18), "9.2e+18");
}

TEST(Durations, AreInTheUnitThatPeopleUse) {
  EXPECT_EQ(duration(0), "0 s");
  EXPECT_EQ(duration(0.42), "0.4 s");
  EXPECT_EQ(duration(61), "61 s");
  EXPECT_EQ(duration(600), "10 min");
  EXPECT_EQ(duration(3599), "1 h 0 min");
  EXPECT_EQ(duration(29100), "8 h 5 min");
  EXPECT_EQ(duration(-1), "an unknown time");
}

std::string labels(const std::vector<Tick>& ticks) {
  std::string text;
  for (const Tick& tick : ticks) text += (text.empty() ? "" : " | ") + tick.label;
  return text;
}

TEST(Ticks, StandAtRoundNumbers) {
  EXPECT_EQ(labels(count_ticks(0, 4)), "0 | 1");
  EXPECT_EQ(labels(count_ticks(4, 4)), "0 | 1 | 2 | 3 | 4");
  EXPECT_EQ(labels(count_ticks(61204, 4)), "0 | 20k | 40k | 60k | 80k");
  EXPECT_EQ(labels(time_ticks(28800, 6)), "0 | 2 h | 4 h | 6 h | 8 h");
  EXPECT_EQ(labels(time_ticks(600, 6)), "0 | 2 min | 4 min | 6 min | 8 min | 10 min");
  EXPECT_EQ(labels(time_ticks(45, 6)), "0 | 10 s | 20 s | 30 s | 40 s");
}

}  // namespace
}  // namespace gradgrind::nightly
