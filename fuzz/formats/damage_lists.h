// The classes of damage by subject. Internal.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "gradgrind/fuzz/formats/damage.h"

namespace gradgrind::detail {

std::vector<DamageClass> file_damage();
std::vector<DamageClass> count_damage();
std::vector<DamageClass> place_damage();
std::vector<DamageClass> table_damage();
std::vector<DamageClass> program_damage();
std::vector<DamageClass> content_damage();

/// Where the first payload starts, or the end of a file that has none.
std::size_t payload_start(const Document& document);
/// All fields of that role.
std::vector<int> fields_of(const Document& document, FieldRole role);

inline const Field& at(const Document& document, int position) {
  return document.fields[static_cast<std::size_t>(position)];
}

/// The highest number that the format can say.
inline std::uint64_t highest(NumberFormat format) {
  if (format.width == 0 || format.width == 8) return ~std::uint64_t{0};
  return (std::uint64_t{1} << (8 * format.width)) - 1;
}

inline Edit set(int field, std::uint64_t number) {
  Edit edit;
  edit.field = field;
  edit.number = number;
  return edit;
}

inline Edit set_text(int field, std::string text) {
  Edit edit;
  edit.kind = Edit::Kind::set_text;
  edit.field = field;
  edit.text = std::move(text);
  return edit;
}

/// `text` so many times before the field.
inline Edit repeated(int field, std::string text, std::uint64_t times) {
  Edit edit;
  edit.kind = Edit::Kind::insert;
  edit.field = field;
  edit.text = std::move(text);
  edit.times = times;
  return edit;
}

inline Edit edit_of(Edit::Kind kind, int field, std::uint64_t number = 0) {
  Edit edit;
  edit.kind = kind;
  edit.field = field;
  edit.number = number;
  return edit;
}

inline Variant one(Edit edit, Expectation expectation = Expectation::refuses) {
  return {{std::move(edit)}, expectation};
}

}  // namespace gradgrind::detail
