#include "gradgrind/fuzz/formats/damage.h"

#include <algorithm>

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

std::string text_of(const Edit& edit) {
  if (edit.times == 1) return edit.text;
  if (edit.text.size() == 1) return std::string(edit.times, edit.text.front());
  std::string text;
  text.reserve(edit.text.size() * edit.times);
  for (std::uint64_t i = 0; i < edit.times; ++i) text += edit.text;
  return text;
}

std::string quoted_text(const Edit& edit) {
  return quoted(edit.text) + (edit.times == 1 ? "" : " " + std::to_string(edit.times) + " times");
}

// The number as far as it fits into the field.
std::uint64_t fitting(const Field& field, std::uint64_t number) {
  const int width = field.number.width;
  return width > 0 && width < 8 ? number & ((std::uint64_t{1} << (8 * width)) - 1) : number;
}

// The field as an edit leaves it that neither removes nor inserts.
Field changed(Field field, const Edit& edit) {
  switch (edit.kind) {
    case Edit::Kind::set_number:
      field.value = fitting(field, edit.number);
      break;
    case Edit::Kind::set_text:
      field.bytes = text_of(edit);
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
    default:
      break;
  }
  return field;
}

Field inserted_before(const Field& field, const Edit& edit) {
  Field inserted;
  inserted.name = "inserted";
  inserted.bytes = text_of(edit);
  inserted.groups = field.groups;
  return inserted;
}

void duplicate_group(std::vector<Part>& parts, const std::string& group) {
  const auto belongs = [&](const Part& part) {
    const std::vector<std::string>& groups = part.field->groups;
    return std::find(groups.begin(), groups.end(), group) != groups.end();
  };
  const auto first = std::find_if(parts.begin(), parts.end(), belongs);
  const auto last = std::find_if_not(first, parts.end(), belongs);
  const std::vector<Part> copy(first, last);
  parts.insert(last, copy.begin(), copy.end());
}

// A file of which fields have been edited.
std::string with_fields_edited(const Document& document, const std::vector<Edit>& edits) {
  std::vector<Field> written;     // what no document holds
  written.reserve(edits.size());  // at most one for each edit, so that pointers into it stay
  std::vector<Part> parts;
  parts.reserve(document.fields.size() + edits.size());
  bool keeps_checksums = false;
  for (std::size_t i = 0; i < document.fields.size(); ++i) {
    const Field* field = &document.fields[i];
    std::uint64_t value = field->value;
    bool is_edited = false;
    for (const Edit& edit : edits) {
      if (edit.field != static_cast<int>(i) || field == nullptr) continue;
      is_edited = true;
      keeps_checksums = keeps_checksums || edit.kind == Edit::Kind::flip_bit;
      if (edit.kind == Edit::Kind::remove) {
        field = nullptr;
      } else if (edit.kind == Edit::Kind::set_number) {
        value = fitting(*field, edit.number);
      } else if (edit.kind == Edit::Kind::duplicate) {
        parts.push_back({field, value, true});
      } else if (edit.kind == Edit::Kind::insert) {
        written.push_back(inserted_before(*field, edit));
        parts.push_back({&written.back(), 0, true});
      } else {
        Field copy = *field;
        copy.value = value;
        written.push_back(changed(std::move(copy), edit));
        field = &written.back();
      }
    }
    if (field != nullptr) parts.push_back({field, value, is_edited});
  }
  for (const Edit& edit : edits) {
    if (edit.kind == Edit::Kind::duplicate_group) duplicate_group(parts, edit.text);
  }
  for (Part& part : parts) {
    if (keeps_checksums && part.field->role == FieldRole::checksum) part.is_fixed = true;
  }
  measure(parts);
  std::size_t size = 0;
  for (const Part& part : parts) size += encoded_size(*part.field, part.value);
  std::string bytes;
  bytes.reserve(size);
  for (const Part& part : parts) append_encoded(*part.field, part.value, bytes);
  return bytes;
}

bool changes_fields(const Edit& edit) {
  return !is_of_file(edit) || edit.kind == Edit::Kind::duplicate_group;
}

}  // namespace

std::string damaged(const Document& document, const std::vector<Edit>& edits) {
  std::string bytes = std::any_of(edits.begin(), edits.end(), changes_fields)
                          ? with_fields_edited(document, edits)
                          : encoded(document.fields);
  for (const Edit& edit : edits) {
    if (!is_of_file(edit)) continue;
    if (edit.kind == Edit::Kind::cut && edit.number < bytes.size()) bytes.resize(edit.number);
    if (edit.kind == Edit::Kind::append) bytes += text_of(edit);
    if (edit.kind == Edit::Kind::replace_file) bytes = text_of(edit);
  }
  return bytes;
}

std::string describe(const Document& document, const Edit& edit) {
  const std::size_t size = encoded_size(document.fields);
  switch (edit.kind) {
    case Edit::Kind::cut:
      return "ends after " + std::to_string(edit.number) + " of " + std::to_string(size) + " bytes";
    case Edit::Kind::append:
      return quoted_text(edit) + " behind the end";
    case Edit::Kind::replace_file:
      return "replaced by " + quoted_text(edit);
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
      return quoted_text(edit) + " before " + before;
    case Edit::Kind::flip_bit:
      return "bit " + std::to_string(edit.number) + " of " + before + " flipped";
    default: {
      const std::string was = field.role == FieldRole::text ? "" : " " + value_text(field);
      return before + was + " -> " +
             (edit.times == 1 ? value_text(changed(field, edit)) : quoted_text(edit));
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
