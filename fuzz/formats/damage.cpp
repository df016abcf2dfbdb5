#include "gradgrind/fuzz/formats/damage.h"

#include <algorithm>
#include <set>

#include "fuzz/formats/damage_lists.h"

namespace gradgrind {
namespace {

constexpr std::size_t kMostShown = 40;

std::string quoted(const std::string& bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text = "\"";
  for (const char letter : bytes.substr(0, kMostShown)) {
    if (letter >= ' ' && letter <= '~') {
      text += letter;
      continue;
    }
    const auto byte = static_cast<unsigned char>(letter);
    text += letter == '\n' ? std::string("\\n")
                           : std::string("\\x") + kDigits[byte >> 4] + kDigits[byte & 15];
  }
  text += '"';
  if (bytes.size() > kMostShown) text += "... (" + std::to_string(bytes.size()) + " bytes)";
  return text;
}

std::string value_text(const Field& field) {
  if (!field.is_number()) return quoted(field.bytes);
  return std::to_string(field.value);
}

bool is_of_file(const Edit& edit) { return edit.field < 0; }

// Changes one field; more than one may come back.
std::vector<Field> edited(Field field, const Edit& edit) {
  switch (edit.kind) {
    case Edit::Kind::set_number:
      if (field.number.width > 0 && field.number.width < 8) {
        field.value = edit.number & ((std::uint64_t{1} << (8 * field.number.width)) - 1);
      } else {
        field.value = edit.number;
      }
      break;
    case Edit::Kind::set_text:
      field.bytes = edit.text;
      break;
    case Edit::Kind::flip_bit: {
      std::string bytes = encoded(field);
      if (bytes.empty()) break;
      bytes[edit.number / 8 % bytes.size()] ^= static_cast<char>(1U << (edit.number % 8));
      field.bytes = bytes;
      break;
    }
    case Edit::Kind::swap_bytes: {
      std::string bytes = encoded(field);
      std::reverse(bytes.begin(), bytes.end());
      field.bytes = bytes;
      break;
    }
    case Edit::Kind::remove:
      return {};
    case Edit::Kind::duplicate:
      return {field, field};
    case Edit::Kind::insert: {
      Field inserted;
      inserted.name = "inserted";
      inserted.bytes = edit.text;
      inserted.groups = field.groups;
      return {inserted, field};
    }
    default:
      break;
  }
  return {field};
}

void duplicate_group(std::vector<Field>& fields, const std::string& group) {
  const auto belongs = [&](const Field& field) {
    return std::find(field.groups.begin(), field.groups.end(), group) != field.groups.end();
  };
  const auto first = std::find_if(fields.begin(), fields.end(), belongs);
  const auto last = std::find_if_not(first, fields.end(), belongs);
  const std::vector<Field> copy(first, last);
  fields.insert(last, copy.begin(), copy.end());
}

}  // namespace

std::string damaged(const Document& document, const std::vector<Edit>& edits) {
  std::vector<Field> fields;
  std::set<std::string> is_set;  // by an edit, hence not measured again
  bool keeps_checksums = false;
  for (std::size_t i = 0; i < document.fields.size(); ++i) {
    std::vector<Field> here = {document.fields[i]};
    for (const Edit& edit : edits) {
      if (edit.field != static_cast<int>(i) || here.empty()) continue;
      is_set.insert(document.fields[i].name);
      keeps_checksums = keeps_checksums || edit.kind == Edit::Kind::flip_bit;
      const Field field = here.back();
      here.pop_back();
      for (Field& changed : edited(field, edit)) here.push_back(std::move(changed));
    }
    for (Field& field : here) fields.push_back(std::move(field));
  }
  for (const Edit& edit : edits) {
    if (edit.kind == Edit::Kind::duplicate_group) duplicate_group(fields, edit.text);
  }
  measure(fields, [&](const Field& field) {
    return is_set.count(field.name) > 0 || (keeps_checksums && field.role == FieldRole::checksum);
  });
  std::string bytes = encoded(fields);
  for (const Edit& edit : edits) {
    if (!is_of_file(edit)) continue;
    if (edit.kind == Edit::Kind::cut && edit.number < bytes.size()) bytes.resize(edit.number);
    if (edit.kind == Edit::Kind::append) bytes += edit.text;
    if (edit.kind == Edit::Kind::replace_file) bytes = edit.text;
  }
  return bytes;
}

std::string describe(const Document& document, const Edit& edit) {
  const std::size_t size = encoded(document.fields).size();
  switch (edit.kind) {
    case Edit::Kind::cut:
      return "ends after " + std::to_string(edit.number) + " of " + std::to_string(size) + " bytes";
    case Edit::Kind::append:
      return quoted(edit.text) + " behind the end";
    case Edit::Kind::replace_file:
      return "replaced by " + quoted(edit.text);
    case Edit::Kind::duplicate_group:
      return edit.text + " stands twice";
    default:
      break;
  }
  if (edit.field < 0 || edit.field >= static_cast<int>(document.fields.size())) return "nothing";
  const Field& field = document.fields[static_cast<std::size_t>(edit.field)];
  const std::string before =
      field.role == FieldRole::text ? "the text " + quoted(field.bytes) : field.name;
  switch (edit.kind) {
    case Edit::Kind::remove:
      return before + " is missing";
    case Edit::Kind::duplicate:
      return before + " stands twice";
    case Edit::Kind::insert:
      return quoted(edit.text) + " before " + before;
    case Edit::Kind::flip_bit:
      return "bit " + std::to_string(edit.number) + " of " + before + " flipped";
    default: {
      const std::vector<Field> now = edited(field, edit);
      const std::string was = field.role == FieldRole::text ? "" : " " + value_text(field);
      return before + was + " -> " + value_text(now.back());
    }
  }
}

std::string describe(const Document& document, const std::vector<Edit>& edits) {
  if (edits.empty()) return "a valid file";
  std::string text = "a valid file with " +
                     (edits.size() == 1 ? "1 edit: " : std::to_string(edits.size()) + " edits: ");
  for (std::size_t i = 0; i < edits.size(); ++i) {
    text += (i == 0 ? "" : ", ") + describe(document, edits[i]);
  }
  return text;
}

const std::vector<DamageClass>& damage_classes() {
  static const std::vector<DamageClass> all = [] {
    std::vector<DamageClass> classes;
    for (const auto list : {detail::file_damage, detail::count_damage, detail::place_damage,
                            detail::content_damage, detail::table_damage, detail::program_damage}) {
      for (const DamageClass& damage : list()) classes.push_back(damage);
    }
    std::stable_sort(
        classes.begin(), classes.end(),
        [](const DamageClass& a, const DamageClass& b) { return a.number < b.number; });
    return classes;
  }();
  return all;
}

const DamageClass* find_damage_class(const std::string& name) {
  for (const DamageClass& damage : damage_classes()) {
    if (name == damage.name) return &damage;
  }
  return nullptr;
}

}  // namespace gradgrind
