// Damage to tables of text.
#include "fuzz/formats/damage_lists.h"

namespace gradgrind::detail {
namespace {

std::vector<Variant> ragged_row(const Document& document) {
  std::vector<Variant> variants;
  const std::vector<int> cells = fields_of(document, FieldRole::cell);
  for (const int position : cells) {
    const bool is_followed = position + 1 < static_cast<int>(document.fields.size()) &&
                             at(document, position + 1).bytes == ",";
    if (!is_followed) continue;
    variants.push_back(
        {{edit_of(Edit::Kind::remove, position), edit_of(Edit::Kind::remove, position + 1)},
         Expectation::refuses});
    Edit more = edit_of(Edit::Kind::insert, position);
    more.text = "7,";
    variants.push_back(one(more));
    if (variants.size() >= 8) break;
  }
  return variants;
}

std::vector<Variant> no_number(const Document& document) {
  std::vector<Variant> variants;
  const std::vector<int> cells = fields_of(document, FieldRole::cell);
  if (cells.empty()) return {};
  for (const char* text : {"abc", "1.2.3", "12abc", "--1", "1e"}) {
    variants.push_back(one(set_text(cells.front(), text)));
    variants.push_back(one(set_text(cells.back(), text)));
  }
  return variants;
}

// Numbers that some documents allow and others do not.
std::vector<Variant> odd_number(const Document& document) {
  std::vector<Variant> variants;
  const std::vector<int> cells = fields_of(document, FieldRole::cell);
  if (cells.empty()) return {};
  for (const char* text : {"1e400", "-1e400", "nan", "inf", "0x10", "", " 3", "3 ", "+3", "1e-400",
                           "99999999999999999999999999"}) {
    variants.push_back(one(set_text(cells.back(), text), Expectation::survives));
  }
  return variants;
}

std::vector<Variant> table_syntax(const Document& document) {
  std::vector<Variant> variants;
  const std::vector<int> cells = fields_of(document, FieldRole::cell);
  if (cells.empty()) return {};
  // Longer than any buffer for a line, and no longer: each of these is judged many times.
  constexpr std::uint64_t kLong = 1 << 16;
  const std::pair<std::string, std::uint64_t> texts[] = {
      {"\"", 1},       {"1\r", 1},          {"1\n\n2", 1}, {std::string("\0", 1), 1},
      {"\"1\n2\"", 1}, {"\xef\xbb\xbf", 1}, {"1", kLong},  {",", kLong},
  };
  for (const auto& [text, times] : texts) {
    Edit last = set_text(cells.back(), text);
    last.times = times;
    variants.push_back(one(last, Expectation::survives));
    variants.push_back(one(repeated(0, text, times), Expectation::survives));
  }
  return variants;
}

}  // namespace

std::vector<DamageClass> table_damage() {
  return {
      {53, "ragged row", false, ragged_row},
      {54, "no number", false, no_number},
      {54, "odd number", false, odd_number},
      {55, "syntax of tables", false, table_syntax},
  };
}

}  // namespace gradgrind::detail
